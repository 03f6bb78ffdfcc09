import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database, first } from '@app/database';
import { Repeating } from '../common/repeating';
import { type RelayRun, relayRan } from './event.observations';
import { GIVE_POSITIONS, LOCK_RELAY, UNRELAYED } from './event.queries';

const BATCH = 1000;
/**
 * Pauses between two looks, in ms, such that each finds a good deal to do: many small runs have writes wait for the log again and
 * again, few large ones for long. Doubled while there is nothing to do.
 */
const PAUSE = { shortest: 50, longest: 250, idle: 2000 };
/** Events that a run gives their positions without being felt. */
const GOOD_RUN = 200;

/**
 * Gives committed events their position. Ids come from a sequence and commit out of order, so who reads by id misses
 * events; one relay at a time, over all processes, puts them into the order that readers go by.
 */
@Injectable()
export class EventRelay implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EventRelay.name);
  private readonly looking = new Repeating({
    round: () => this.look(),
    pause: () => this.pause,
    // Events wait in their table: nothing is lost.
    failed: (error) => this.logger.error(error, 'events cannot be relayed at the moment'),
  });
  private pause = PAUSE.shortest;
  private running: Promise<number> = Promise.resolve(0);
  private next: Promise<number> | undefined;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.looking.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.looking.stop();
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
      await tx.query(LOCK_RELAY);
      const row = await first<{ given: number }>(tx, GIVE_POSITIONS, [BATCH]);
      return row?.given ?? 0;
    });
  }

  private async look(): Promise<void> {
    let run: RelayRun = { failed: true };
    try {
      run = { relayed: await this.catchUp() };
    } finally {
      this.pause = pauseAfter(run, this.pause);
      relayRan.tell(run);
    }
  }
}

function pauseAfter(run: RelayRun, before: number): number {
  const relayed = 'relayed' in run ? run.relayed : 0;
  if (relayed === 0) return Math.min(before * 2, PAUSE.idle);
  return Math.min(Math.max((before * GOOD_RUN) / relayed, PAUSE.shortest), PAUSE.longest);
}
