import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * Gives back what only starting needed: loading and wiring fill the heap with what is garbage once the process serves,
 * and V8 would keep the pages until it runs short. Takes some 0.2 s, so it comes after the process is ready.
 */
export function releaseHeap(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
