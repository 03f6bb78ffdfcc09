import { monitorEventLoopDelay } from 'node:perf_hooks';

/*
 * Loaded into a server before its own code: answers, whenever its parent asks, how late timers of a millisecond were since the
 * last time, in milliseconds.
 */
const RESOLUTION_MS = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

process.on('message', () => {
  const late = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  process.send?.({ p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) });
  delay.reset();
});
// The server ends when it is done, asked or not.
process.channel?.unref();
