import { once } from 'node:events';
import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Milliseconds in which clients may send one more request on the connections that they keep. */
const GRACE_MS = 1000;
/** How often it looks for connections that have had their last answer, in ms. */
const IDLE_CHECK_MS = 50;
/** Whoever has not had an answer after so long is cut off: a client that reads nothing must not keep the process, in ms. */
const LIMIT_MS = 60_000;

/** Whether shutting down has begun: then the process finishes what it has and is no longer ready. */
@Injectable()
export class Draining implements BeforeApplicationShutdown {
  private draining = false;
  private finished: Promise<unknown> = Promise.resolve();

  begin(): void {
    this.draining = true;
  }

  get began(): boolean {
    return this.draining;
  }

  /**
   * Takes no further connections; a request on one that is there is answered, and closes it. Resolves when none is left,
   * or after a moment: then the application can be closed, which waits for what is still in flight.
   *
   * `server.close()` would cut idle connections at once, and with them the requests that are on their way.
   */
  async closeConnections(server: Server): Promise<void> {
    this.finished = once(server, 'close');
    server.maxRequestsPerSocket = 1;
    NetServer.prototype.close.call(server);
    const patience = new AbortController();
    const grace = after(GRACE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.finished, grace]);
    patience.abort();
    this.closeIdle(server);
  }

  /** The database goes after this. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.finished;
  }

  private closeIdle(server: Server): void {
    server.closeIdleConnections();
    const timer = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    const limit = setTimeout(() => server.closeAllConnections(), LIMIT_MS);
    void this.finished.finally(() => {
      clearInterval(timer);
      clearTimeout(limit);
    });
  }
}
