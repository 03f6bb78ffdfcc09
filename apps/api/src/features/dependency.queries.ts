import { statement } from '@app/database';
import { eventOf } from '../events/outbox';

/** Held by every write of a dependency until it ends, so that two together cannot close a cycle. A statement of its own: what follows sees what the one before committed. */
export const LOCK_DEPENDENCIES = statement(
  `SELECT pg_advisory_xact_lock(hashtextextended('feature_dependencies', 0))`,
);

const ITEM = `json_build_object('featureId', d.feature_id, 'dependsOnId', d.depends_on_id, 'type', d.type,
  'name', f.name, 'currentStage', f.current_stage, 'completed', f.current_stage = $2)`;

/** $1 feature, $2 the final stage, $3 completed or not, null: both. */
export const DEPENDENCIES = statement(`
  SELECT coalesce(json_agg(${ITEM} ORDER BY d.created_at, d.depends_on_id), '[]')::text AS items
  FROM feature_dependencies d JOIN features f ON f.id = d.depends_on_id
  WHERE d.feature_id = $1 AND ($3::boolean IS NULL OR (f.current_stage = $2) = $3::boolean)`);

/** $1 feature, $2 the final stage, $3 what it depends on. */
export const DEPENDENCY = statement(`
  SELECT ${ITEM}::text AS json
  FROM feature_dependencies d JOIN features f ON f.id = d.depends_on_id
  WHERE d.feature_id = $1 AND d.depends_on_id = $3`);

/** $1, $2 features: which of them are there, the type of the dependency between them if there is one, and how many the first has. */
export const DEPENDENCY_STANDING = statement(`
  SELECT EXISTS (SELECT FROM features WHERE id = $1) AS feature,
         EXISTS (SELECT FROM features WHERE id = $2) AS target,
         (SELECT type FROM feature_dependencies WHERE feature_id = $1 AND depends_on_id = $2) AS type,
         (SELECT count(*)::int FROM feature_dependencies WHERE feature_id = $1) AS count`);

/**
 * $1 a feature, $2 what it shall depend on: no rows unless the second depends on the first already, directly or through
 * others; then every dependency that can be reached from the second. Each feature is visited once, however many ways lead to it.
 */
export const DEPENDENCIES_BACK = statement(`
  WITH RECURSIVE reached (id) AS (
    SELECT $2::uuid
    UNION
    SELECT d.depends_on_id FROM reached r JOIN feature_dependencies d ON d.feature_id = r.id
  )
  SELECT d.feature_id AS "from", d.depends_on_id AS "to"
  FROM reached r JOIN feature_dependencies d ON d.feature_id = r.id
  WHERE EXISTS (SELECT FROM reached WHERE id = $1::uuid)`);

const EVENT = { actor: '$1', requestId: '$2' };

function dependencyEvent(type: Parameters<typeof eventOf>[0]): string {
  const data = `jsonb_build_object('dependsOnId', changed.depends_on_id, 'type', changed.type)`;
  return eventOf(type, 'changed', { ...EVENT, data });
}

/** $1 viewer, $2 request id, $3 feature, $4 what it depends on, $5 type. */
export const ADD_DEPENDENCY = statement(`
  WITH changed AS (
    INSERT INTO feature_dependencies (feature_id, depends_on_id, type) VALUES ($3, $4, $5)
    RETURNING feature_id AS id, depends_on_id, type
  ), event AS (${dependencyEvent('feature.dependency_added')})
  SELECT id FROM changed`);

/** $1 viewer, $2 request id, $3 feature, $4 what it depends on, $5 type. */
export const RETYPE_DEPENDENCY = statement(`
  WITH changed AS (
    UPDATE feature_dependencies SET type = $5
    WHERE feature_id = $3 AND depends_on_id = $4 AND type <> $5::text
    RETURNING feature_id AS id, depends_on_id, type
  ), event AS (${dependencyEvent('feature.dependency_updated')})
  SELECT id FROM changed`);

/** $1 viewer, $2 request id, $3 feature, $4 what it depends on. */
export const REMOVE_DEPENDENCY = statement(`
  WITH changed AS (
    DELETE FROM feature_dependencies WHERE feature_id = $3 AND depends_on_id = $4
    RETURNING feature_id AS id, depends_on_id, type
  ), event AS (${dependencyEvent('feature.dependency_removed')})
  SELECT id FROM changed`);

/** $1 feature, $2 the final stage, $3 types: the dependencies of these types that are not completed. */
export const BLOCKERS = statement(`
  SELECT f.id AS "featureId", f.name, f.current_stage AS "currentStage", d.type
  FROM feature_dependencies d JOIN features f ON f.id = d.depends_on_id
  WHERE d.feature_id = $1 AND f.current_stage <> $2 AND d.type = ANY($3::text[])
  ORDER BY d.created_at, f.id`);
