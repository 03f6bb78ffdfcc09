import { Answered } from '../../common/openapi/answered.decorator';

export class TransitionResponse {
  @Answered.uuid()
  id: string;

  @Answered.uuid()
  featureId: string;

  @Answered.text({
    nullable: true,
    maxLength: 50,
    example: 'testing',
    description: 'Null on the first entry, which is written when the feature is created',
  })
  fromStage: string | null;

  @Answered.text({ maxLength: 50, example: 'review' })
  toStage: string;

  @Answered.time({ description: 'Never earlier than the entry before' })
  timestamp: string;

  @Answered.bigint({
    nullable: true,
    minimum: 0,
    example: 93_600_000,
    description:
      'Milliseconds spent in `fromStage`: the difference of the two moments, each cut to whole milliseconds, so that durations add up. Null on the first entry',
  })
  duration: number | null;

  @Answered.text({ nullable: true })
  note: string | null;

  @Answered.boolean({ description: 'Whether an admin moved it against its dependencies' })
  forced: boolean;

  @Answered.uuid({ nullable: true, description: 'Who moved it' })
  actorId: string | null;

  @Answered.bigint({
    minimum: 1,
    example: 17,
    description: 'Grows with every entry, with gaps: the order of entries of the same moment',
  })
  sequence: number;
}
