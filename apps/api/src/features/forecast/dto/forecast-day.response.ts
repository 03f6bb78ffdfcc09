import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../../common/openapi/answered.decorator';
import { CompletionForecast } from './forecast.response';

export class ForecastDayResponse {
  @Answered.uuid()
  featureId: string;

  @Answered.date({ description: 'UTC' })
  day: string;

  @Answered.time({ description: 'Nothing later was used' })
  asOf: string;

  @Answered.text({ maxLength: 50, example: 'development', description: 'Where the feature was then' })
  currentStage: string;

  @Answered.integer({ minimum: 500, maximum: 10_000 })
  trials: number;

  @ApiProperty({ type: CompletionForecast })
  completion: CompletionForecast;
}
