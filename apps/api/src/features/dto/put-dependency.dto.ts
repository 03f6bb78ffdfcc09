import { OneOf } from '../../common/fields/fields';
import { DEPENDENCY_TYPES, type DependencyType } from '../feature-dependency.entity';

export class PutDependencyDto {
  @OneOf(DEPENDENCY_TYPES, {
    optional: true,
    description:
      '`finish_to_start` (default): the feature cannot leave the first stage before the other is completed; `finish_to_finish`: it cannot be completed before the other is',
  })
  type?: DependencyType;
}
