import { Answered } from '../../common/openapi/answered.decorator';
import { DEPENDENCY_TYPES } from '../feature-dependency.entity';

export class DependencyResponse {
  @Answered.uuid()
  featureId: string;

  @Answered.uuid({ description: 'The feature that has to be completed first' })
  dependsOnId: string;

  @Answered.oneOf(DEPENDENCY_TYPES)
  type: string;

  @Answered.text({ maxLength: 255, description: 'The name of the feature that it depends on' })
  name: string;

  @Answered.text({ maxLength: 50, description: 'The stage of the feature that it depends on' })
  currentStage: string;

  @Answered.boolean({ description: 'Whether that is the final stage' })
  completed: boolean;
}
