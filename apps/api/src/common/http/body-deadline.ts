import { Transform, type Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * Ends requests whose body does not arrive: Node's own timeout covers the whole body and would cut slow uploads.
 * @param ms how long a JSON body may take in all, and how long an upload may be silent
 */
export function limitSlowBodies(fastify: FastifyInstance, ms: number): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const type = request.headers['content-type'];
    if (type === undefined) return done(null, payload);
    // A body that is refused for its length alone is neither read nor closed: that must not keep the process.
    const timer = setTimeout(() => request.raw.socket.destroy(), ms).unref();
    payload.once('close', () => clearTimeout(timer));
    done(null, type.startsWith('multipart/') ? renewing(timer, payload) : stopping(timer, payload));
  });
}

/** A JSON body is awaited whole. */
function stopping(timer: NodeJS.Timeout, payload: Readable): Readable {
  return payload.once('end', () => clearTimeout(timer));
}

/** Each chunk of an upload gives it as long again. */
function renewing(timer: NodeJS.Timeout, payload: Readable): Readable {
  const watched = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      timer.refresh();
      done(null, chunk);
    },
  });
  payload.once('error', (error: Error) => watched.destroy(error));
  return payload.pipe(watched.once('close', () => clearTimeout(timer)));
}
