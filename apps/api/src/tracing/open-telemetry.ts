import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { getRPCMetadata, RPCType, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import {
  detectResources,
  hostDetector,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { FastifyInstance } from 'fastify';
import type { TracingSettings } from '../config/tracing-settings';
import { version } from '../version';
import { samplerOf } from './sampler';
import { spanNameOf, WithoutValues } from './statement-spans';
import type { TraceIds, Tracing } from './trace-ids';

/** Requests of machines that watch: they would be most of all spans, and tell nothing. */
const WATCHERS = /^\/(health\/|metrics)/;

/** Spans of requests and of the SQL that they cause, sent by OTLP over HTTP. */
export class OpenTelemetryTracing implements Tracing {
  private readonly provider: TracerProvider;

  constructor(settings: TracingSettings) {
    this.provider = new TracerProvider({
      sampler: samplerOf(settings),
      resource: resourceOf(settings),
      spanProcessors: [new WithoutValues(), sending(settings)],
    });
    trace.setGlobalTracerProvider(this.provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    registerInstrumentations({ instrumentations: [watchHttp(), watchSql()], tracerProvider: this.provider });
  }

  watchServer(server: FastifyInstance): void {
    server.addHook('onRequest', (request, _reply, done) => {
      const metadata = getRPCMetadata(context.active());
      if (metadata?.type === RPCType.HTTP) {
        if (!request.is404) metadata.route = request.routeOptions.url;
        metadata.span.setAttribute('fuse.request_id', request.id);
      }
      done();
    });
  }

  ids(): TraceIds | undefined {
    const span = trace.getActiveSpan();
    if (!span) return undefined;
    const { traceId, spanId } = span.spanContext();
    return { trace_id: traceId, span_id: spanId };
  }

  async stop(): Promise<void> {
    await this.provider.shutdown().catch(() => undefined);
  }
}

function resourceOf({ OTEL_SERVICE_NAME }: TracingSettings) {
  const ours = resourceFromAttributes({ 'service.name': OTEL_SERVICE_NAME, 'service.version': version });
  return detectResources({ detectors: [hostDetector, resourceAttributesEnvDetector] }).merge(ours);
}

function sending({ OTEL_BSP_SCHEDULE_DELAY }: TracingSettings): SpanProcessor {
  return new BatchSpanProcessor({
    exporter: new OTLPTraceExporter(),
    scheduledDelayMillis: OTEL_BSP_SCHEDULE_DELAY,
  });
}

/** Without the query of URLs: it may hold secrets, and what people search for. */
function watchHttp(): HttpInstrumentation {
  return new HttpInstrumentation({
    ignoreIncomingRequestHook: ({ url = '' }) => WATCHERS.test(url),
    startIncomingSpanHook: () => ({ 'url.query': undefined }),
    requireParentforOutgoingSpans: true,
  });
}

/** Only what requests cause: what is looked for each second, in the background, tells nothing. */
function watchSql(): PgInstrumentation {
  return new PgInstrumentation({
    requireParentSpan: true,
    ignoreConnectSpans: true,
    requestHook: (span, { query }) => span.updateName(spanNameOf(query.text)),
  });
}
