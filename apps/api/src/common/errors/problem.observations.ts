import { Observation } from '../observation';

/** A request was answered with this problem. */
export const problemAnswered = new Observation<{ readonly code: string }>('problem:answered');
