import type { FastifyInstance } from 'fastify';
import type { TracingSettings } from '../config/tracing-settings';
import type * as OpenTelemetry from './open-telemetry';

/** By the names that OpenTelemetry gives them in logs. */
export interface TraceIds {
  readonly trace_id: string;
  readonly span_id?: string;
}

/** What follows requests through the process and sends what it saw. */
export interface Tracing {
  /** Call it before routes are registered. */
  watchServer(server: FastifyInstance): void;
  /** Of what is going on where it is called. */
  ids(): TraceIds | undefined;
  /** Sends what was not sent yet. Resolves also where the receiver is gone. */
  stop(): Promise<void>;
}

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
