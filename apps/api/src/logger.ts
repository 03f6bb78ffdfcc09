import type { IncomingHttpHeaders } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import { currentRequest } from './common/http/request-scope';
import type { Config } from './config/config';
import { activeTracing, type TraceIds } from './tracing/tracing';

/** Lines are gathered up to this many bytes, */
const BUFFERED_BYTES = 8 * 1024;
/** or for this long, in ms, and then written at once. What is buffered is written at exit too. */
const FLUSH_MS = 250;

/**
 * JSON lines on standard output, written behind the requests' backs. Each that is written for a request has its id, and the
 * ids of its trace where it belongs to one.
 * @param destination where they go instead
 */
export function createLogger(
  { LOG_LEVEL }: Pick<Config, 'LOG_LEVEL'>,
  destination: DestinationStream = buffered(),
): Logger {
  return pino({ level: LOG_LEVEL, mixin: ids }, destination);
}

function ids(): object {
  const request = currentRequest();
  const traced = activeTracing()?.ids() ?? (request && remoteTrace(request.headers));
  return request ? { requestId: request.id, ...traced } : { ...traced };
}

/** Whoever sent the request may trace it, though we do not: then its lines can be found by that id. */
function remoteTrace({ traceparent }: IncomingHttpHeaders): TraceIds | undefined {
  const [, trace_id] =
    typeof traceparent === 'string'
      ? (/^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/.exec(traceparent) ?? [])
      : [];
  return trace_id === undefined ? undefined : { trace_id };
}

function buffered(): DestinationStream {
  return pino.destination({ dest: 1, sync: false, minLength: BUFFERED_BYTES, periodicFlush: FLUSH_MS });
}

/** Contexts in which Nest tells of each module and route, at each start. */
const WIRING = new Set<unknown>(['InstanceLoader', 'RouterExplorer', 'RoutesResolver']);

/** A logger for Nest. Its wiring is told at `debug`: a hundred lines of it would hide the one with the first link. */
export function quietAboutWiring<L extends LoggerService>(logger: L): L {
  const log = (message: unknown, ...rest: unknown[]): void =>
    WIRING.has(rest.at(-1)) ? logger.debug?.(message, ...rest) : logger.log(message, ...rest);
  return Object.assign(Object.create(logger) as L, { log });
}
