import { equals, ReadList, ReadShape, statement } from '@app/database';
import { eventOf } from '../events/outbox';
import { StageTransition } from './stage-transition.entity';
import { completionOf, derivedCompletion } from './stages';

export const transitionShape = new ReadShape(StageTransition);

export const transitionList = new ReadList(transitionShape, {
  defaultSort: 'timestamp',
  filters: { featureId: equals('featureId') },
});

/** The list's orders by their names: entries of the same moment follow each other as they were written. */
export const TRANSITION_ORDER: Readonly<Record<string, readonly string[]>> = {
  timestamp: ['timestamp', 'sequence'],
  '-timestamp': ['-timestamp', '-sequence'],
};

/** $1 id. A statement of its own: what follows sees what the transition before committed. Writes of other tables that refer to the feature go on. */
export const LOCK_FEATURE = statement(`
  SELECT f.xmin::text AS version, true AS allowed, f.current_stage AS "currentStage"
  FROM features f WHERE f.id = $1 FOR NO KEY UPDATE`);

const milliseconds = (moment: string) => `floor(extract(epoch FROM ${moment}) * 1000)::bigint`;

/**
 * Under the feature's lock. The clock is read here, since the transaction's own time is older than its wait; whole milliseconds
 * are taken before subtracting, so that the durations of a history add up. Without history the duration is unknown.
 * $1 viewer, $2 request id, $3 feature, $4 stage, $5 note, $6 forced, $7 all stages.
 */
export const MOVE_FEATURE = statement(`
  WITH previous AS (
    SELECT max(timestamp) AS time FROM stage_transitions WHERE feature_id = $3
  ), moment AS MATERIALIZED (
    SELECT greatest(clock_timestamp(), previous.time) AS time FROM previous
  ), entered AS (
    INSERT INTO stage_transitions (feature_id, from_stage, to_stage, timestamp, duration, note, forced, actor_id)
    SELECT f.id, f.current_stage, $4::text, moment.time,
           ${milliseconds('moment.time')} - ${milliseconds('previous.time')}, $5::text, $6::boolean, $1::uuid
    FROM features f, moment, previous WHERE f.id = $3
    RETURNING *
  ), changed AS (
    UPDATE features f SET current_stage = $4::text, stage_completion = ${completionOf('$4', '$7')},
      completion_percentage = CASE WHEN f.completion_given THEN f.completion_percentage
        ELSE ${derivedCompletion(completionOf('$4', '$7'), 'f.tasks_completion')} END
    FROM entered WHERE f.id = entered.feature_id
    RETURNING f.id, entered.id AS transition_id, entered.from_stage, entered.to_stage, entered.forced
  ), event AS (
    ${eventOf('feature.transitioned', 'changed', {
      actor: '$1',
      requestId: '$2',
      data: `jsonb_build_object('transitionId', changed.transition_id,
        'fromStage', changed.from_stage, 'toStage', changed.to_stage, 'forced', changed.forced)`,
    })}
  )
  SELECT ${transitionShape.json('entered')}::text AS json FROM entered`);
