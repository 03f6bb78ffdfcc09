import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Config } from './config/config';

/** Lines are gathered up to this many bytes, */
const BUFFERED_BYTES = 8 * 1024;
/** or for this long, in ms, and then written at once. What is buffered is written at exit too. */
const FLUSH_MS = 250;

/** JSON lines on standard output, written behind the requests' backs. */
export function createLogger({ LOG_LEVEL }: Pick<Config, 'LOG_LEVEL'>): Logger {
  return pino({ level: LOG_LEVEL }, buffered());
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
