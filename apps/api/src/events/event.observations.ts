import { Observation } from '../common/observation';

/** A look of this process's relay at the outbox: how many events it gave a position, or that it failed. */
export type RelayRun = { readonly relayed: number } | { readonly failed: true };

export const relayRan = new Observation<RelayRun>('events:relay-ran');
