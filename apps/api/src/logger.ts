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
