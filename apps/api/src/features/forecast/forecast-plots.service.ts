import type { Database } from '@app/database';
import type { Config } from '../../config/config';
import { Stages } from '../stages';
import type { BacktestResponse } from './dto/backtest.response';
import type { ForecastResponse } from './dto/forecast.response';
import { ForecastPool } from './forecast-pool';
import { ForecastService } from './forecast.service';
import { backtestSvg, forecastSvg } from './plot';

/** Forecasts as pictures, for the command line: it stands alone, without the application around it. */
export class ForecastPlots {
  private readonly pool = new ForecastPool();
  private readonly forecasts: ForecastService;

  constructor(database: Database, config: Config) {
    this.forecasts = new ForecastService(database, new Stages(config), this.pool);
  }

  /** @param ids null: all open features. @returns SVG @throws what `ForecastService.forecast` throws */
  async forecast(ids: readonly string[] | null): Promise<string> {
    const { text } = await this.forecasts.forecast(ids, {});
    return forecastSvg(JSON.parse(text) as ForecastResponse);
  }

  /** @returns SVG @throws InsufficientHistory */
  async backtest(): Promise<string> {
    const { text } = await this.forecasts.backtest({});
    return backtestSvg(JSON.parse(text) as BacktestResponse);
  }

  close(): Promise<void> {
    return this.pool.onModuleDestroy();
  }
}
