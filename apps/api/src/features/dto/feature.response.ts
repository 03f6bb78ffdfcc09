import { Answered } from '../../common/openapi/answered.decorator';

export class FeatureResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({ maxLength: 255, example: 'Coverage by stage' })
  name: string;

  @Answered.text({ example: 'Show test coverage for each stage.' })
  description: string;

  @Answered.text({ maxLength: 50, example: 'development', description: 'It changes by transitions' })
  currentStage: string;

  @Answered.time()
  startTime: string;

  @Answered.time({ description: 'When the feature itself last changed' })
  lastUpdated: string;

  @Answered.number({ minimum: 0, maximum: 100, example: 33, description: 'Percent' })
  completionPercentage: number;

  @Answered.time({
    nullable: true,
    description:
      'What somebody gave; otherwise the date by which the forecast has it completed in 85 of 100 cases, while it is open',
  })
  estimatedCompletion: string | null;

  @Answered.oneOf(['given', 'derived'], {
    description: 'Whether somebody gave the percentage, or it follows from the linked tasks or the stage',
  })
  completionPercentageSource: string;

  @Answered.oneOf(['stage', 'tasks'], {
    nullable: true,
    description:
      'What a derived percentage follows from: the place of the stage, or the completed share of the linked tasks; null when it was given',
  })
  completionPercentageBasis: string | null;

  @Answered.oneOf(['given', 'forecast'], {
    nullable: true,
    description: 'Whether somebody gave the estimate, or it is a forecast; null while there is none',
  })
  estimatedCompletionSource: string | null;

  @Answered.time({
    nullable: true,
    description:
      'For a forecast: nothing later was used. It is made anew soon after features moved, and every hour',
  })
  estimatedCompletionAsOf: string | null;
}
