import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * Ends requests whose body does not arrive: Node's own timeout covers the whole body and would cut slow uploads.
 * @param ms how long a JSON body may take in all, and how long an upload may be silent
 */
export function limitSlowBodies(fastify: FastifyInstance, ms: number): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.headers['content-type'] === undefined) return done(null, payload);
    const upload = request.headers['content-type'].startsWith('multipart/');
    const watched = payload.pipe(new DeadlineStream(ms, upload, () => request.raw.socket.destroy()));
    payload.on('error', (error: Error) => watched.destroy(error));
    done(null, watched);
  });
}

class DeadlineStream extends Transform {
  private readonly timer: NodeJS.Timeout;

  constructor(
    ms: number,
    private readonly renews: boolean,
    expire: () => void,
  ) {
    super();
    this.timer = setTimeout(expire, ms);
    this.once('close', () => clearTimeout(this.timer));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.renews) this.timer.refresh();
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.timer);
    done();
  }
}
