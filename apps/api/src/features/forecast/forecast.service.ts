import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, first } from '@app/database';
import { JsonText } from '../../common/http/representation';
import { DependencyNotFound, FeatureNotFound } from '../feature.errors';
import { Stages } from '../stages';
import type { BacktestQuery } from './dto/backtest.query';
import { DEFAULT_BACKTEST_TRIALS, DEFAULT_CASES } from './dto/backtest.query';
import { DEFAULT_SEED, DEFAULT_TRIALS, type ForecastQuery } from './dto/forecast.query';
import { ForecastPool } from './forecast-pool';
import { AsOfInFuture, ForecastTooLarge, InsufficientHistory, NothingToForecast } from './forecast.errors';
import { BACKTEST_HISTORY, FORECAST_HISTORY } from './forecast.queries';
import type { Job, Outcome } from './jobs';
import { reach } from './recency';
import { suppositionsOf } from './supposition';
import { DEFAULT_WEIGHTING, weightingWithout } from './weighting';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Answers that are kept. The least recently used one goes first. */
const MOST_KEPT = 100;

type Loaded = {
  recorded: string;
  asOf: number;
  future: boolean;
  /** When the last thing in `recorded` happened. */
  latest: number | null;
  unknownFeatures: string[];
  unknownDependencies: number;
};

@Injectable()
export class ForecastService {
  private readonly kept = new Map<string, Promise<Outcome>>();

  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
    private readonly pool: ForecastPool,
  ) {}

  /**
   * Forecasts features and what they wait for.
   * @param ids null: all open features
   * @throws FeatureNotFound, DependencyNotFound, AsOfInFuture, NothingToForecast, InsufficientHistory, ForecastTooLarge, Unavailable
   */
  async forecast(ids: readonly string[] | null, query: ForecastQuery): Promise<JsonText> {
    const { capacity, ...whatIf } = suppositionsOf(query.whatIf ?? []);
    const asked = ids?.map((id) => id.toLowerCase()) ?? null;
    const { recorded, ...loaded } = await this.load(
      query.asOf ?? null,
      [...(asked ?? []), ...whatIf.finish],
      whatIf.drop,
    );
    // By the minute, so that answers are found again, but never before something that is known.
    const now = Math.max(Math.floor(loaded.asOf / MINUTE_MS) * MINUTE_MS, loaded.latest ?? 0);
    const { trials = DEFAULT_TRIALS, seed = DEFAULT_SEED } = query;
    const request = {
      asked,
      asOf: query.asOf === undefined ? now : loaded.asOf,
      trials,
      seed,
      weighting: DEFAULT_WEIGHTING,
      capacity: query.capacity ?? capacity,
      whatIf,
    };
    return answer(await this.outcome({ kind: 'forecast', recorded, request }));
  }

  /** How forecasts of the past would have fared. @throws InsufficientHistory, Unavailable */
  async backtest(query: BacktestQuery): Promise<JsonText> {
    const {
      ageHours = 0,
      cases = DEFAULT_CASES,
      trials = DEFAULT_BACKTEST_TRIALS,
      seed = DEFAULT_SEED,
      without = [],
    } = query;
    // The first cases need a history before them.
    const features = cases + 2 * reach(DEFAULT_WEIGHTING.recency);
    const loaded = await first<{ recorded: string }>(this.database, BACKTEST_HISTORY, [
      features,
      this.stages.names,
    ]);
    const request = { age: ageHours * HOUR_MS, cases, trials, seed, weighting: weightingWithout(without) };
    return answer(await this.outcome({ kind: 'backtest', recorded: loaded?.recorded ?? '', request }));
  }

  private async load(
    asOf: string | null,
    ids: readonly string[],
    dependencies: readonly (readonly [string, string])[],
  ): Promise<Loaded> {
    const { names, final } = this.stages;
    const [waiting, waited] = [dependencies.map(([id]) => id), dependencies.map(([, id]) => id)];
    const values = [asOf, names, final, reach(DEFAULT_WEIGHTING.recency), ids, waiting, waited];
    const loaded = await first<Loaded>(this.database, FORECAST_HISTORY, values);
    if (!loaded) throw new Error('a history is a row');
    const { future, unknownFeatures: featureIds, unknownDependencies } = loaded;
    if (featureIds.length) throw FeatureNotFound.error(undefined, { members: { featureIds } });
    if (unknownDependencies) throw DependencyNotFound.error();
    if (future) throw AsOfInFuture.error();
    return loaded;
  }

  /** What is kept is found by all that the outcome depends on, so that it is right for as long as it is found. */
  private outcome(job: Job): Promise<Outcome> {
    const key = createHash('sha256')
      .update(JSON.stringify(job.request))
      .update(job.recorded)
      .digest('base64');
    const known = this.kept.get(key);
    this.kept.delete(key);
    const outcome = known ?? this.pool.run(job);
    this.kept.set(key, outcome);
    outcome.catch(() => this.kept.delete(key));
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return outcome;
  }
}

function answer(outcome: Outcome): JsonText {
  if ('json' in outcome) return new JsonText(outcome.json);
  switch (outcome.refused) {
    case 'nothing_to_forecast':
      throw NothingToForecast.error();
    case 'insufficient_history':
      throw InsufficientHistory.error(undefined, { members: { missing: outcome.missing } });
    case 'forecast_too_large':
      throw ForecastTooLarge.error(
        `${outcome.features} features in ${outcome.trials} trials are more than 20,000,000`,
      );
  }
}
