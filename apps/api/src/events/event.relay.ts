import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, first } from '@app/database';
import { relayRan } from './event.observations';
import { GIVE_POSITIONS, LIMIT_WAIT, LOCK_RELAY, TELL_READERS, UNRELAYED } from './event.queries';

const BATCH = 1000;
/** Pauses between two looks, in ms: the first after there was something to do, doubled while there is nothing. Small and many, so that no write waits behind a large one. */
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 2000;

/**
 * Gives committed events their position. Ids come from a sequence and commit out of order, so who reads by id misses
 * events; one relay at a time, over all processes, puts them into the order that readers go by.
 */
@Injectable()
export class EventRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EventRelay.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<number> = Promise.resolve(0);
  private next: Promise<number> | undefined;
  private stopped = false;
  private failing = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.schedule(SHORTEST_PAUSE);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await (this.next ?? this.running).catch(() => 0);
  }

  /**
   * Resolves when every event that was committed before the call has its position. Calls that come while a run is
   * under way share the one after it, so that a process never waits on more than one connection.
   * @returns how many events that run gave a position
   */
  catchUp(): Promise<number> {
    this.next ??= this.running
      .catch(() => 0)
      .then(() => {
        this.next = undefined;
        return (this.running = this.run());
      });
    return this.next;
  }

  private async run(): Promise<number> {
    let total = 0;
    const row = await first<{ waiting: boolean }>(this.database, UNRELAYED);
    if (!row?.waiting) return total;
    for (let given = BATCH; given === BATCH; total += given) given = await this.relayBatch();
    return total;
  }

  private relayBatch(): Promise<number> {
    return this.database.transaction(async (tx) => {
      await tx.query(LIMIT_WAIT);
      await tx.query(LOCK_RELAY);
      const row = await first<{ given: number; last: string | null }>(tx, GIVE_POSITIONS, [BATCH]);
      if (!row?.last) return 0;
      await tx.query(TELL_READERS, [row.last]);
      return row.given;
    });
  }

  private schedule(pause: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.look(pause), pause).unref();
  }

  private async look(pause: number): Promise<void> {
    const given = await this.catchUp().catch((error: unknown) => this.tellFailure(error));
    if (given !== undefined) this.failing = false;
    relayRan.tell(given === undefined ? { failed: true } : { relayed: given });
    this.schedule(given ? SHORTEST_PAUSE : Math.min(pause * 2, LONGEST_PAUSE));
  }

  /** Once for each outage: events wait in their table, nothing is lost. */
  private tellFailure(error: unknown): undefined {
    if (!this.failing && !this.stopped) this.logger.error(error, 'events cannot be relayed at the moment');
    this.failing = true;
  }
}
