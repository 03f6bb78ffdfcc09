import { performance } from 'node:perf_hooks';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Database, first, type Queryable } from '@app/database';
import { Repeating } from '../../common/repeating';
import { CONFIG, type Config } from '../../config/config';
import { Stages } from '../stages';
import { DEFAULT_SEED } from './dto/forecast.query';
import {
  END_ESTIMATES,
  ESTIMATES_DUE,
  HOLD_ESTIMATED,
  NOTE_ESTIMATES,
  TRY_LOCK_ESTIMATES,
  WORTH_ESTIMATING,
  WRITE_ESTIMATES,
} from './estimates.queries';
import { ForecastPool } from './forecast-pool';
import { FORECAST_HISTORY } from './forecast.queries';
import { MIN_COMPLETED } from './model';
import { reach } from './recency';
import { DEFAULT_WEIGHTING } from './weighting';

/** Most seconds between two looks whether something happened. */
const LONGEST_PAUSE = 5;

type Due = { position: string; due: boolean; told: boolean };
type Read = { recorded: string; asOf: number };
type Made = { json: string; asOf: number };

/**
 * Keeps a forecast of every open feature in the database: made anew, in the worker thread, after something happened that it rests
 * on, and every hour. Of several processes one does it at a time; when it dies meanwhile, its transaction ends with it, and another
 * one finds the work to be done.
 */
@Injectable()
export class EstimatesKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EstimatesKeeper.name);
  private readonly interval: number;
  private readonly runs: boolean;
  private readonly keeping = new Repeating({
    round: () => this.refresh(),
    pause: () => Math.min(this.interval, LONGEST_PAUSE) * 1000,
    // Estimates stay as old as they say.
    failed: (error) => this.logger.warn(error, 'forecasts cannot be kept at the moment'),
  });
  /** A position of an event up to which nothing happened. */
  private checked = '0';

  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
    private readonly pool: ForecastPool,
    @Inject(CONFIG) { FORECAST_INTERVAL_SECONDS, JOBS }: Config,
  ) {
    this.interval = FORECAST_INTERVAL_SECONDS;
    this.runs = JOBS === 'on' && this.interval > 0;
  }

  onApplicationBootstrap(): void {
    if (this.runs) this.keeping.start();
  }

  /** What is under way is given up with the thread that computes it; its transaction is rolled back. */
  async onModuleDestroy(): Promise<void> {
    await this.keeping.stop();
  }

  /** Makes what is due, unless another process does already. @returns whether it did */
  async refresh(): Promise<boolean> {
    const { due, told, position } = await this.look(this.database);
    if (!told) this.checked = position;
    if (!due) return false;
    return this.database.transaction(async (tx) => {
      const lock = await first<{ locked: boolean }>(tx, TRY_LOCK_ESTIMATES);
      if (!lock?.locked) return false;
      // Another process may have been faster. What happens from here on is looked at the next time.
      const again = await this.look(tx);
      if (again.due) await this.make(tx, again.position);
      return again.due;
    });
  }

  private async look(on: Queryable): Promise<Due> {
    const row = await first<Due>(on, ESTIMATES_DUE, [this.interval, this.checked]);
    if (!row) throw new Error('what is due is a row');
    return row;
  }

  private async make(tx: Queryable, position: string): Promise<void> {
    const begun = performance.now();
    const { json, asOf } = await this.estimates(tx);
    const held = await first<{ ids: string[] }>(tx, HOLD_ESTIMATED, [json]);
    const ids = held?.ids ?? [];
    await tx.query(END_ESTIMATES, [ids, asOf]);
    await tx.query(WRITE_ESTIMATES, [json, asOf, ids]);
    await tx.query(NOTE_ESTIMATES, [position, asOf, Math.round(performance.now() - begun)]);
  }

  private async estimates(tx: Queryable): Promise<Made> {
    const { names, final } = this.stages;
    const few = await first<{ worth: boolean; asOf: number }>(tx, WORTH_ESTIMATING, [final, MIN_COMPLETED]);
    // A thread is a matter of megabytes: there is none where it would have nothing to say.
    if (few && !few.worth) return { json: '[]', asOf: few.asOf };
    const asked = [null, names, final, reach(DEFAULT_WEIGHTING.recency), [], [], []];
    const read = await first<Read>(tx, FORECAST_HISTORY, asked);
    if (!read) throw new Error('a history is a row');
    const { recorded, asOf } = read;
    const request = { asOf, seed: DEFAULT_SEED, weighting: DEFAULT_WEIGHTING };
    const outcome = await this.pool.run({ kind: 'estimates', recorded, request });
    if (!('json' in outcome)) throw new Error(`estimates were refused: ${outcome.refused}`);
    return { json: outcome.json, asOf };
  }
}
