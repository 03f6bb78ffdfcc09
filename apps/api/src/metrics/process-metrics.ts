import { performance } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/**
 * Parts of prom-client's default metrics, all but that of garbage collection: its observer costs each request 10 to 25 %
 * of its processor time here, and prom-client has no way to leave it out.
 */
const DEFAULTS = [
  'processCpuTotal',
  'processStartTime',
  'osMemoryHeap',
  'processOpenFileDescriptors',
  'processMaxFileDescriptors',
  'eventLoopLag',
  'processResources',
  'heapSizeAndUsed',
  'heapSpacesSizeAndUsed',
  'version',
];

/** What each process is, by the names that prom-client has made usual. */
export function watchProcess(registry: Registry): void {
  for (const name of DEFAULTS) {
    const collect = require(`prom-client/lib/metrics/${name}.js`) as (registry: Registry) => void;
    collect(registry);
  }
  let last = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'Share of the time since the scrape before in which the event loop was busy, 0 to 1',
    registers: [registry],
    aggregator: 'max',
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, last).utilization);
      last = now;
    },
  });
}
