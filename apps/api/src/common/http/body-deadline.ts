import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** A JSON body has this long to arrive whole. */
const JSON_MS = 30_000;
/** An upload may take as long as it needs, but not be silent for longer than this. */
const IDLE_MS = 30_000;

/** Ends requests whose body does not arrive: Node's own timeout covers the whole body and would cut slow uploads. */
export function limitSlowBodies(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const upload = request.headers['content-type']?.startsWith('multipart/') ?? false;
    const give = () => request.raw.socket.destroy();
    const watched = payload.pipe(new DeadlineStream(upload ? IDLE_MS : JSON_MS, upload, give));
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
