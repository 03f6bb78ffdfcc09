import type { FastifyInstance } from 'fastify';

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
