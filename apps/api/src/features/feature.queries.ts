import {
  anyOf,
  assignments,
  condition,
  ReadList,
  ReadShape,
  since,
  statement,
  StatementCache,
} from '@app/database';
import { eventOf } from '../events/outbox';
import { Feature } from './feature.entity';
import { completionOf, derivedCompletion } from './stages';

/**
 * The forecast that is a feature's estimate, looked up once for all that is said of it; a completed feature has none. The limit keeps
 * it a look-up for each row, which leaves rows in their order.
 */
const ESTIMATE = `LEFT JOIN LATERAL (
  SELECT d.p85, d.as_of FROM feature_forecasts d
  WHERE d.feature_id = $.id AND d.current AND d.p85 IS NOT NULL AND $.stage_completion IS DISTINCT FROM 100 LIMIT 1
) estimate ON true`;

export const featureShape = new ReadShape(Feature, {
  beside: ESTIMATE,
  derived: {
    estimatedCompletion: 'coalesce($.estimated_completion, estimate.p85)',
    completionPercentageSource: `CASE WHEN $.completion_given THEN 'given' ELSE 'derived' END`,
    completionPercentageBasis: `CASE WHEN NOT $.completion_given THEN
      CASE WHEN $.tasks_completion IS NULL OR $.stage_completion = 100 THEN 'stage' ELSE 'tasks' END END`,
    estimatedCompletionSource: `CASE WHEN $.estimated_completion IS NOT NULL THEN 'given' WHEN estimate.p85 IS NOT NULL THEN 'forecast' END`,
    estimatedCompletionAsOf: 'CASE WHEN $.estimated_completion IS NULL THEN estimate.as_of END',
  },
});

export const featureList = new ReadList(featureShape, {
  defaultSort: '-lastUpdated',
  filters: {
    currentStage: anyOf('currentStage'),
    outsideStage: condition('$.current_stage <> ?'),
    insideStage: condition('$.current_stage = ?'),
    pattern: condition('($.name ILIKE ? OR $.description ILIKE ?)'),
    updatedSince: since('lastUpdated'),
    startedSince: since('startTime'),
  },
});

export const FEATURE_BY_ID = featureShape.byKey('id');

/** What a client may change; the stage changes by transitions. */
export const WRITABLE = ['name', 'description', 'completionPercentage', 'estimatedCompletion'] as const;
export type FeatureField = (typeof WRITABLE)[number];

const ANSWER = `SELECT changed.version, ${featureShape.json('changed')}::text AS json FROM ${featureShape.row('changed')}`;

/**
 * With its first transition, at the feature's own start.
 * $1 viewer, $2 request id, $3 name, $4 description, $5 stage, $6 percentage or null, $7 estimate or null, $8 all stages.
 */
export const CREATE_FEATURE = statement(`
  WITH changed AS (
    INSERT INTO features
      (name, description, current_stage, completion_percentage, completion_given, stage_completion, estimated_completion)
    SELECT $3, $4, $5::text, coalesce($6::float, stage.completion), $6::float IS NOT NULL, stage.completion, $7::timestamptz
    FROM (SELECT ${completionOf('$5', '$8')} AS completion) stage
    RETURNING *, xmin::text AS version
  ), entered AS (
    INSERT INTO stage_transitions (feature_id, to_stage, timestamp, actor_id)
    SELECT id, current_stage, start_time, $1::uuid FROM changed
  ), event AS (${eventOf('feature.created', 'changed', { actor: '$1', requestId: '$2' })})
  ${ANSWER}`);

const updates = new StatementCache();

/** $1 viewer, $2 request id, $3 id, $4 accepted versions or null, $5 names of the fields (JSON), $6… their values, then all stages when the percentage is one of them. */
export function updateFeature(fields: readonly FeatureField[]) {
  return updates.get(
    fields.join(),
    () => `
    WITH changed AS (
      UPDATE features f SET ${settings(fields)}
      WHERE f.id = $3 AND ($4::text[] IS NULL OR f.xmin::text = ANY($4::text[]))
      RETURNING f.*, f.xmin::text AS version
    ), event AS (
      ${eventOf('feature.updated', 'changed', {
        actor: '$1',
        requestId: '$2',
        data: `jsonb_build_object('changed', $5::jsonb)`,
      })}
    )
    ${ANSWER}`,
  );
}

/** A percentage that is taken back follows from the stage again, or stays where the stage is no longer in the list. */
function settings(fields: readonly FeatureField[]): string {
  return fields
    .map((field, i) => {
      if (field !== 'completionPercentage') return assignments(featureShape, [field], i + 6);
      const given = `$${i + 6}::float`;
      const stage = completionOf('f.current_stage', `$${fields.length + 6}`);
      const derived = derivedCompletion(stage, 'f.tasks_completion');
      return `completion_given = ${given} IS NOT NULL, stage_completion = ${stage},
        completion_percentage = coalesce(${given}, ${derived}, f.completion_percentage)`;
    })
    .join(', ');
}

/** $1 viewer, $2 request id, $3 id, $4 accepted versions or null. Under the lock of the dependencies. */
export const DELETE_FEATURE = statement(`
  WITH changed AS (
    DELETE FROM features f
    WHERE f.id = $3 AND ($4::text[] IS NULL OR f.xmin::text = ANY($4::text[]))
      AND NOT EXISTS (SELECT FROM feature_dependencies d WHERE d.depends_on_id = f.id)
    RETURNING f.id
  ), event AS (${eventOf('feature.deleted', 'changed', { actor: '$1', requestId: '$2' })})
  SELECT id FROM changed`);

/** $1 id. Everybody who gets as far as asking may change a feature. */
export const FEATURE_STANDING = statement(`
  SELECT f.xmin::text AS version, true AS allowed FROM features f WHERE f.id = $1`);

/** $1 id: the features that depend on it, the first 100 by name. */
export const DEPENDENTS = statement(`
  SELECT f.id AS "featureId", f.name, d.type, count(*) OVER ()::int AS total
  FROM feature_dependencies d JOIN features f ON f.id = d.feature_id
  WHERE d.depends_on_id = $1 ORDER BY f.name COLLATE "C", f.id LIMIT 100`);
