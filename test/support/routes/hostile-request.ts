import type { Answer } from '../client';

/** A request that no client should send, and how it has to be refused. */
export interface HostileRequest {
  /** What is wrong with it, in a few words. */
  readonly name: string;
  /** Instead of the scenario's own. */
  readonly path?: string;
  readonly body?: string | Uint8Array | FormData;
  readonly headers?: Readonly<Record<string, string>>;
  readonly statuses: readonly number[];
  /** Where `errors` has to point, or below there. */
  readonly at?: { readonly in: 'body' | 'query' | 'path' | 'header'; readonly pointer: string };
}

type InputError = { in: string; pointer: string; code: string; detail: string };

/** What is wrong with the answer to a hostile request; undefined: nothing. */
export function flaw({ name, statuses, at }: HostileRequest, answer: Answer): string | undefined {
  const told = `${name} → ${answer.status} ${answer.text.slice(0, 300)}`;
  if (!statuses.includes(answer.status)) return `${told}: not ${statuses.join(' or ')}`;
  const type = answer.headers.get('content-type') ?? '';
  if (!type.startsWith('application/problem+json')) return `${told}: ${type} is no problem document`;
  if (at === undefined) return undefined;
  const errors = (answer.body['errors'] ?? []) as unknown as InputError[];
  const names = errors.some((error) => error.in === at.in && isBelow(error.pointer, at.pointer));
  return names ? undefined : `${told}: does not point at ${at.in} ${at.pointer}`;
}

function isBelow(pointer: string, above: string): boolean {
  return pointer === above || pointer.startsWith(`${above}/`);
}
