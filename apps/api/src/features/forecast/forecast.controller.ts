import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '../../auth/allow.decorator';
import { Unavailable } from '../../common/errors/common.errors';
import { PathId } from '../../common/http/path-id';
import type { JsonText } from '../../common/http/representation';
import { Answers, Problems } from '../../common/openapi/answers.decorator';
import { DependencyNotFound, FeatureNotFound } from '../feature.errors';
import { BacktestQuery } from './dto/backtest.query';
import { BacktestResponse } from './dto/backtest.response';
import { ForecastQuery, ForecastSetQuery } from './dto/forecast.query';
import { ForecastResponse } from './dto/forecast.response';
import { AsOfInFuture, ForecastTooLarge, InsufficientHistory, NothingToForecast } from './forecast.errors';
import { ForecastService } from './forecast.service';

const FORECAST_PROBLEMS = [
  FeatureNotFound,
  DependencyNotFound,
  InsufficientHistory,
  NothingToForecast,
  ForecastTooLarge,
  AsOfInFuture,
  Unavailable,
];

@ApiTags('features')
@Controller('features')
export class ForecastController {
  constructor(private readonly forecasts: ForecastService) {}

  @Get('forecast')
  @Allow('features.read')
  @ApiOperation({
    summary: 'Forecast open features together',
    description:
      'With what they wait for; `completion` and `histogram` are about the last of those that were asked for.',
  })
  @Answers(ForecastResponse, 'The forecast')
  @Problems(...FORECAST_PROBLEMS)
  forecastSet(@Query() { ids, ...query }: ForecastSetQuery): Promise<JsonText> {
    return this.forecasts.forecast(ids ?? null, query);
  }

  @Get('analytics/backtest')
  @Allow('features.read')
  @ApiOperation({
    summary: 'Hold the forecast to the past',
    description:
      'Forecasts features as they were, with only what was known then, and compares with what happened; beside it the naive forecast, the quantiles of all whole cycle times until then.',
  })
  @Answers(BacktestResponse, 'How the forecasts fared')
  @Problems(InsufficientHistory, Unavailable)
  backtest(@Query() query: BacktestQuery): Promise<JsonText> {
    return this.forecasts.backtest(query);
  }

  @Get(':id/forecast')
  @Allow('features.read')
  @ApiOperation({
    summary: 'Forecast a feature',
    description:
      'With the open features that it waits for. The same as the forecast of a set with this one id.',
  })
  @Answers(ForecastResponse, 'The forecast')
  @Problems(...FORECAST_PROBLEMS)
  forecast(@PathId() id: string, @Query() query: ForecastQuery): Promise<JsonText> {
    return this.forecasts.forecast([id], query);
  }
}
