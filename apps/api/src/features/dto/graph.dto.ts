import { ApiProperty } from '@nestjs/swagger';
import { QueryBool, QueryInt, QueryText, QueryTexts } from '../../common/fields/query-fields';
import { Answered } from '../../common/openapi/answered.decorator';
import { DEPENDENCY_TYPES } from '../feature-dependency.entity';

export class GraphQuery {
  @QueryBool('Features that are not completed, and the dependencies between them alone')
  open?: boolean;

  @QueryText('Features with this in their name, in any case, and the dependencies between them alone')
  name?: string;

  @QueryInt('Hours that each feature takes, unless it is completed', { min: 0, max: 100_000, default: 24 })
  hours?: number;

  // As many as fit into the 16 KiB that the head of a request may have.
  @QueryTexts('Hours that single features take: `id=hours`, up to 250', 60, 250)
  durations?: string[];
}

export class GraphFeature {
  @Answered.uuid()
  id: string;

  @Answered.text({ maxLength: 255 })
  name: string;

  @Answered.text({ maxLength: 50, example: 'review' })
  currentStage: string;

  @Answered.boolean()
  completed: boolean;

  @Answered.integer({
    minimum: 0,
    description: 'For drawing: one more than the highest of what it depends on',
  })
  layer: number;

  @Answered.integer({ minimum: 0, description: 'For drawing: its place in the layer' })
  position: number;

  @Answered.number({ minimum: 0, description: 'Hours that it takes itself' })
  duration: number;

  @Answered.number({ minimum: 0, description: 'The earliest start, hours' })
  start: number;

  @Answered.number({ minimum: 0, description: 'The earliest finish, hours' })
  finish: number;

  @Answered.number({
    minimum: 0,
    description: 'Hours that it may take longer without moving the end of all',
  })
  slack: number;

  @Answered.boolean({ description: 'Whether it is on the critical path' })
  critical: boolean;
}

export class GraphDependency {
  @Answered.uuid()
  featureId: string;

  @Answered.uuid()
  dependsOnId: string;

  @Answered.oneOf(DEPENDENCY_TYPES)
  type: string;
}

export class GraphResponse {
  @ApiProperty({ type: [GraphFeature], description: 'Features with dependencies, by layer and place' })
  features: GraphFeature[];

  @ApiProperty({ type: [GraphDependency] })
  dependencies: GraphDependency[];

  @Answered.texts({ description: 'Ids from the first to the last, each waiting for the one before' })
  criticalPath: string[];

  @Answered.number({ minimum: 0, description: 'Hours that the critical path takes' })
  duration: number;
}
