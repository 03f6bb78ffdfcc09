import { type Database, first, statement } from '@app/database';
import type { Config } from '../../config/config';
import { FeatureNotFound } from '../feature.errors';
import { Stages } from '../stages';
import type { BacktestQuery } from './dto/backtest.query';
import type { BacktestResponse } from './dto/backtest.response';
import type { ForecastResponse } from './dto/forecast.response';
import { ForecastPool } from './forecast-pool';
import { ForecastService } from './forecast.service';
import { pastDays } from './past-days';
import { backtestSvg, forecastSvg } from './plot';
import { historySvg, type PlottedHistory } from './plot-history';

/** $1 feature, $2 the final stage. */
const PLOTTED_HISTORY = statement(`
  SELECT f.name, to_json(f.start_time) #>> '{}' AS started, (SELECT to_json(max(t.timestamp)) #>> '{}' FROM stage_transitions t
      WHERE t.feature_id = f.id AND t.to_stage = $2 AND f.current_stage = $2) AS completed,
    (SELECT coalesce(json_agg(json_build_object('asOf', d.as_of, 'currentStage', d.current_stage,
        'p50', d.p50, 'p85', d.p85, 'p95', d.p95) ORDER BY d.day), '[]')
     FROM feature_forecasts d WHERE d.feature_id = f.id) AS days
  FROM features f WHERE f.id = $1`);

/** Forecasts as pictures, for the command line: it stands alone, without the application around it. */
export class ForecastPlots {
  private readonly pool = new ForecastPool();
  private readonly stages: Stages;
  private readonly forecasts: ForecastService;

  constructor(
    private readonly database: Database,
    config: Config,
  ) {
    this.stages = new Stages(config);
    this.forecasts = new ForecastService(database, this.stages, this.pool);
  }

  /**
   * @param ids null: all open features
   * @param asOf with what was known then; undefined: now
   * @returns SVG @throws what `ForecastService.forecast` throws
   */
  async forecast(ids: readonly string[] | null, asOf?: string): Promise<string> {
    const { text } = await this.forecasts.forecast(ids, asOf === undefined ? {} : { asOf });
    return forecastSvg(JSON.parse(text) as ForecastResponse);
  }

  /**
   * How the forecast of a feature moved.
   * @param anew what would have been forecast each day, whatever is stored. @returns SVG @throws FeatureNotFound
   */
  async history(id: string, { anew = false } = {}): Promise<string> {
    type History = PlottedHistory & { started: string };
    const history = await first<History>(this.database, PLOTTED_HISTORY, [id, this.stages.final]);
    if (!history) throw FeatureNotFound.error();
    const { started, completed } = history;
    const span = { from: Date.parse(started), to: completed === null ? Date.now() : Date.parse(completed) };
    return historySvg(anew ? { ...history, days: await pastDays(this.forecasts, id, span) } : history);
  }

  /** @returns SVG @throws InsufficientHistory */
  async backtest(): Promise<string> {
    return backtestSvg(await this.backtestFigures({}));
  }

  /** @throws InsufficientHistory */
  async backtestFigures(query: BacktestQuery): Promise<BacktestResponse> {
    const { text } = await this.forecasts.backtest(query);
    return JSON.parse(text) as BacktestResponse;
  }

  close(): Promise<void> {
    return this.pool.onModuleDestroy();
  }
}
