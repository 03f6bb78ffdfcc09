import type { Lane } from './statement';

/** How a statement reached PostgreSQL: over a lane, together with other writes, over a connection of the pool, or the one of a transaction. */
export type StatementPath = Lane | 'together' | 'pool' | 'transaction';

/** Told how long each statement took, waiting for a connection included, in seconds. It must be quick, and not throw. */
export type StatementObserver = (path: StatementPath, seconds: number) => void;

/** The answer itself: who waits for it does not wait for the observer. */
export function timed<T>(
  observer: StatementObserver | undefined,
  path: StatementPath,
  answer: Promise<T>,
): Promise<T> {
  if (!observer) return answer;
  const began = performance.now();
  const tell = () => observer(path, (performance.now() - began) / 1000);
  answer.then(tell, tell);
  return answer;
}
