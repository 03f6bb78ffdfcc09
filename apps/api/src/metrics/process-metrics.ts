import { constants, performance, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';
import { DurationHistogram } from './duration-histogram';

/** Parts of prom-client's default metrics: all but that of garbage collection, which is kept by `watchCollections`. */
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
  watchCollections(registry);
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

/** By Node's numbers, the names that prom-client has made usual. */
const KINDS = [
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
] as const;

/** What Node tells of one; its duration is in ms. */
type Collection = PerformanceEntry & { readonly detail: { readonly kind: number } };

/** How long collections took. They are a few in a second under load: what that costs a request could not be told from chance. */
function watchCollections(registry: Registry): void {
  const durations = new DurationHistogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const series = new Map<number, ReturnType<typeof durations.series>>(
    KINDS.map(([number, kind]) => [number, durations.series({ kind })]),
  );
  const observer = new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as Collection[]) {
      series.get(detail.kind)?.observe(duration / 1000);
    }
  });
  observer.observe({ type: 'gc', buffered: false });
}
