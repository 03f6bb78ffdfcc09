import type { TracingSettings } from '../config/tracing-settings';
import type * as OpenTelemetry from './open-telemetry';
import type { Tracing } from './trace-ids';

export type { TraceIds } from './trace-ids';

let running: Tracing | undefined;

/** Loads OpenTelemetry, and has it watch what is loaded from now on. */
export function startTracing(settings: TracingSettings): void {
  const { OpenTelemetryTracing } = require('./open-telemetry') as typeof OpenTelemetry;
  running = new OpenTelemetryTracing(settings);
}

/** Undefined where nobody asked for traces. */
export function activeTracing(): Tracing | undefined {
  return running;
}
