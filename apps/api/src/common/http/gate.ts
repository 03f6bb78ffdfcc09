import type { FastifyRequest } from 'fastify';
import { RequestNote } from './request-note';

/** What an answer waits for; undefined: nothing any more. */
type Verdict = () => Promise<unknown> | undefined;

const gates = new RequestNote<Verdict>('gate');

/**
 * Lets a request be worked on while something about it is still being found out: its answer waits for `verdict`, and
 * is replaced by the failure that this rejects with.
 */
export function holdAnswer(request: FastifyRequest, verdict: Promise<unknown>): void {
  // Nobody may be waiting yet when it rejects.
  verdict.catch(() => undefined);
  gates.set(request, () => verdict);
}

/** The same for what is asked only when the answer is about to leave, if it has to be asked at all. */
export function askBeforeAnswer(request: FastifyRequest, verdict: Verdict): void {
  gates.set(request, verdict);
}

/** What the answer of a request has to wait for, if anything. */
export function verdictOn(request: FastifyRequest): Promise<unknown> | undefined {
  return gates.get(request)?.();
}
