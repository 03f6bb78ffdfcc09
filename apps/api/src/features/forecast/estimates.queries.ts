import { statement } from '@app/database';
import type { eventOf } from '../../events/outbox';
import { NOT_PAUSED } from '../../maintenance/installation-state.entity';

/** What forecasts rest on. */
const TELLING: readonly Parameters<typeof eventOf>[0][] = [
  'feature.created',
  'feature.deleted',
  'feature.transitioned',
  'feature.dependency_added',
  'feature.dependency_updated',
  'feature.dependency_removed',
];

/** One process at a time; nobody waits. */
export const TRY_LOCK_ESTIMATES = statement(
  `SELECT pg_try_advisory_xact_lock(hashtextextended('feature_forecasts', 0)) AS locked`,
);

/**
 * Whether the stored forecasts are to be made anew: something happened that they rest on, or they are an hour or a day old, since
 * what lasts longer is completed later. And the last position of all events: up to there nothing more has to be looked at.
 * $1 seconds that must lie between two times, $2 a position up to which nothing happened. They are made for a twentieth of the time
 * at most, however long they take. A clock that was set back does not stop them; while work is paused, nothing is due.
 */
export const ESTIMATES_DUE = statement(`
  SELECT coalesce(last.position, 0)::text AS position,
         ${NOT_PAUSED} AND (s.as_of IS NULL OR s.as_of > clock_timestamp() OR (
           clock_timestamp() >= s.as_of + greatest(make_interval(secs => $1::int), s.took_ms * interval '20 milliseconds')
           AND (clock_timestamp() >= s.as_of + interval '1 hour'
             OR (clock_timestamp() AT TIME ZONE 'UTC')::date > (s.as_of AT TIME ZONE 'UTC')::date OR news.told))) AS due,
         coalesce(news.told, true) AS told
  FROM (VALUES (true)) one (id) LEFT JOIN forecast_state s ON s.id
  LEFT JOIN LATERAL (SELECT max(position) AS position FROM events WHERE position IS NOT NULL) last ON true
  LEFT JOIN LATERAL (
    SELECT EXISTS (SELECT FROM events e WHERE e.position > greatest(s.position, $2::bigint)
      AND e.type IN (${TELLING.map((type) => `'${type}'`).join(', ')})) AS told
  ) news ON s.id`);

/** $1 the final stage, $2 how many completed features a forecast needs: whether one is worth a try, and when that was, epoch ms. */
export const WORTH_ESTIMATING = statement(`
  SELECT (SELECT count(*) FROM (SELECT FROM features WHERE current_stage = $1 LIMIT $2::int) completed) = $2::int
     AND EXISTS (SELECT FROM features WHERE current_stage <> $1) AS worth,
    floor(extract(epoch FROM clock_timestamp()) * 1000)::float AS "asOf"`);

const MADE = `json_to_recordset($1::json) AS made
  (id uuid, stage text, trials int, p50 timestamptz, p70 timestamptz, p85 timestamptz, p95 timestamptz)`;

/** $1 the estimates (a JSON array): whose features are there and stay until the transaction ends. Those that are being deleted are left out, not waited for. */
export const HOLD_ESTIMATED = statement(`
  SELECT ARRAY(SELECT f.id FROM features f JOIN ${MADE} USING (id) FOR KEY SHARE OF f SKIP LOCKED)::text[] AS ids`);

/** $1 ids of the features that have an estimate now, $2 as of, epoch ms. */
export const END_ESTIMATES = statement(`
  UPDATE feature_forecasts d SET current = false
  WHERE d.current AND (d.day <> (to_timestamp($2::float8 / 1000) AT TIME ZONE 'UTC')::date
    OR NOT EXISTS (SELECT FROM unnest($1::uuid[]) AS kept (id) WHERE kept.id = d.feature_id))`);

/** $1 the estimates, $2 as of, epoch ms, $3 ids of the features to write them for. */
export const WRITE_ESTIMATES = statement(`
  INSERT INTO feature_forecasts (feature_id, day, as_of, current_stage, trials, p50, p70, p85, p95, current)
  SELECT id, (moment.time AT TIME ZONE 'UTC')::date, moment.time, stage, trials, p50, p70, p85, p95, true
  FROM ${MADE}, (SELECT to_timestamp($2::float8 / 1000) AS time) moment
  WHERE id = ANY($3::uuid[])
  ON CONFLICT (feature_id, day) DO UPDATE SET as_of = EXCLUDED.as_of, current_stage = EXCLUDED.current_stage,
    trials = EXCLUDED.trials, p50 = EXCLUDED.p50, p70 = EXCLUDED.p70, p85 = EXCLUDED.p85, p95 = EXCLUDED.p95, current = true`);

/** $1 position, $2 as of, epoch ms, $3 how long it took, ms. */
export const NOTE_ESTIMATES = statement(`
  INSERT INTO forecast_state (id, position, as_of, took_ms) VALUES (true, $1, to_timestamp($2::float8 / 1000), $3)
  ON CONFLICT (id) DO UPDATE SET position = EXCLUDED.position, as_of = EXCLUDED.as_of, took_ms = EXCLUDED.took_ms`);
