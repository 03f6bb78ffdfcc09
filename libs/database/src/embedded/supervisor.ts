import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from './errors';
import { stopServer, type Postmaster } from './postmaster';

export interface Supervisor {
  /** Fast shutdown; settles when the server is gone. To be called once. */
  stop(): Promise<void>;
}

const LONGEST_PAUSE_MS = 10_000;

/**
 * Keeps the server running until `stop()`: nobody else would start it again after the kernel killed it for memory, or
 * a full disk stopped it.
 */
export function supervise(
  first: Postmaster,
  relaunch: () => Promise<Postmaster>,
  log: (line: string) => void,
): Supervisor {
  let current: Postmaster | undefined = first;
  const stopping = new AbortController();

  const watch = async (): Promise<void> => {
    while (current && !stopping.signal.aborted) {
      await current.ended;
      if (stopping.signal.aborted) return;
      current = undefined;
      log('PostgreSQL ended unexpectedly; starting it again.');
      current = await untilRelaunched(relaunch, log, stopping.signal);
    }
  };
  const watching = watch();

  return {
    stop: async () => {
      stopping.abort();
      if (!current) await watching;
      if (current) await stopServer(current);
    },
  };
}

async function untilRelaunched(
  relaunch: () => Promise<Postmaster>,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<Postmaster | undefined> {
  for (let pause = 100; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await relaunch();
    } catch (error) {
      log(messageOf(error));
    }
    await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
  }
  return undefined;
}
