import { statement } from '@app/database';

const milliseconds = (moment: string) => `floor(extract(epoch FROM ${moment}) * 1000)::bigint`;

/** The history of the features in `chosen`, up to `asked.as_of`, and who made each: who wrote its first entry. $2 is all stages. */
const RECORDED = `
  entries AS (
    SELECT t.feature_id, max(t.timestamp) AS latest,
           json_agg(json_build_array(t.to_stage, ${milliseconds('t.timestamp')}) ORDER BY t.timestamp, t.sequence) AS list,
           (array_agg(t.actor_id ORDER BY t.timestamp, t.sequence))[1] AS author
    FROM stage_transitions t JOIN chosen USING (feature_id), asked
    WHERE t.timestamp <= asked.as_of GROUP BY t.feature_id
  ), edges AS (
    SELECT d.created_at, json_build_array(d.feature_id, d.depends_on_id, d.type, ${milliseconds('d.created_at')}) AS edge
    FROM feature_dependencies d JOIN chosen USING (feature_id), asked
    WHERE d.created_at <= asked.as_of ORDER BY d.feature_id, d.depends_on_id
  )`;

const ANSWER = `json_build_object('stages', to_json($2::text[]),
    'features', (SELECT coalesce(json_agg(json_build_array(feature_id, list, author) ORDER BY feature_id), '[]') FROM entries),
    'dependencies', (SELECT coalesce(json_agg(edge), '[]') FROM edges))::text AS recorded`;

/**
 * What a forecast looks at: the features that started since the last $4 completed ones did, all that were open, and what these
 * depend on. Beside it what the request names and the database does not have.
 * $1 as of, to the end of its millisecond, since answers say it in milliseconds; null: now; $2 all stages; $3 the final one; $4 how many completed features; $5 ids that must be there;
 * $6, $7 dependencies that must be there, as features and what they depend on.
 */
export const FORECAST_HISTORY = statement(`
  WITH asked AS (
    SELECT coalesce(date_trunc('milliseconds', $1::timestamptz) + '999 microseconds', clock_timestamp()) AS as_of
  ), cutoff AS (
    SELECT coalesce((
      SELECT f.start_time FROM features f, asked
      WHERE f.start_time <= asked.as_of AND EXISTS (
        SELECT FROM stage_transitions t
        WHERE t.feature_id = f.id AND t.to_stage = $3 AND t.timestamp <= asked.as_of)
      ORDER BY f.start_time DESC, f.id DESC OFFSET $4::int LIMIT 1), '-infinity') AS time
  ), relevant AS (
    SELECT f.id AS feature_id FROM features f, asked, cutoff
    WHERE f.start_time >= cutoff.time OR f.current_stage <> $3
       OR EXISTS (SELECT FROM stage_transitions t WHERE t.feature_id = f.id AND t.timestamp > asked.as_of)
  ), chosen AS (
    SELECT feature_id FROM relevant
    UNION SELECT d.depends_on_id FROM feature_dependencies d JOIN relevant USING (feature_id)
  ), ${RECORDED}
  SELECT ${ANSWER}, ${milliseconds('asked.as_of')}::float AS "asOf", coalesce($1::timestamptz > clock_timestamp(), false) AS future,
    greatest((SELECT ${milliseconds('max(latest)')} FROM entries), (SELECT ${milliseconds('max(created_at)')} FROM edges))::float AS latest,
    ARRAY(SELECT unnest($5::uuid[]) EXCEPT SELECT id FROM features)::text[] AS "unknownFeatures",
    (SELECT count(*)::int FROM unnest($6::uuid[], $7::uuid[]) AS named (feature_id, depends_on_id)
     WHERE NOT EXISTS (SELECT FROM feature_dependencies d
       WHERE (d.feature_id, d.depends_on_id) = (named.feature_id, named.depends_on_id))) AS "unknownDependencies"
  FROM asked`);

/** What a backtest looks at: the $1 features that started last, and what these depend on. $2 all stages. */
export const BACKTEST_HISTORY = statement(`
  WITH asked AS (
    SELECT clock_timestamp() AS as_of
  ), latest AS (
    SELECT f.id AS feature_id FROM features f ORDER BY f.start_time DESC, f.id DESC LIMIT $1
  ), chosen AS (
    SELECT feature_id FROM latest
    UNION SELECT d.depends_on_id FROM feature_dependencies d JOIN latest USING (feature_id)
  ), ${RECORDED}
  SELECT ${ANSWER}`);
