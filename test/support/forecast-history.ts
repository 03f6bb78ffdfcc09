import { type Queryable, statement } from '@app/database';
import { EventRelay } from '../../apps/api/src/events/event.relay';
import { EstimatesKeeper } from '../../apps/api/src/features/forecast/estimates-keeper';
import type { TestApp } from './app';

const NO_PAUSE = statement('UPDATE forecast_state SET took_ms = 0');
const FORGET_ESTIMATES = statement('DELETE FROM forecast_state');
const DELETE_FEATURES = statement(`TRUNCATE features CASCADE`);

/** $1 how many features, $2 their name. One starts every day, the last 30 days ago; its stays last hours that follow from its number. */
const MAKE_HISTORY = statement(`
  WITH made AS (
    INSERT INTO features (name, description, current_stage, start_time)
    SELECT $2::text || ' ' || n, '', 'completed', now() - make_interval(days => $1::int + 30 - n)
    FROM generate_series(1, $1::int) AS n
    RETURNING id, start_time
  ), numbered AS (
    SELECT id, start_time, row_number() OVER (ORDER BY start_time) AS n FROM made
  ), stays AS (
    SELECT id, start_time, 0 AS place, NULL AS from_stage, 'planning' AS stage, 0 AS hours FROM numbered
    UNION ALL SELECT id, start_time, 1, 'planning', 'development', 6 + n * 7 % 31 FROM numbered
    UNION ALL SELECT id, start_time, 2, 'development', 'review', 20 + n * 11 % 97 FROM numbered
    UNION ALL SELECT id, start_time, 3, 'review', 'completed', 2 + n * 5 % 23 FROM numbered
  )
  INSERT INTO stage_transitions (feature_id, from_stage, to_stage, timestamp)
  SELECT id, from_stage, stage, start_time + make_interval(hours => (sum(hours) OVER (PARTITION BY id ORDER BY place))::int)
  FROM stays ORDER BY place`);

/** Completed features, so that there is something to forecast from. */
export async function makeHistory(database: Queryable, count: number, name = 'past'): Promise<void> {
  await database.query(MAKE_HISTORY, [count, name]);
}

/** As if nothing had ever been built. */
export async function forgetFeatures(database: Queryable): Promise<void> {
  await database.query(DELETE_FEATURES);
}

/** As if no estimate had ever been made. */
export async function forgetEstimates(database: Queryable): Promise<void> {
  await database.query(FORGET_ESTIMATES);
}

/** Looks whether estimates have to be made, as if enough time had gone by since the last time. @returns whether they were */
export async function refreshEstimates(app: TestApp): Promise<boolean> {
  await app.get(EventRelay).catchUp();
  await app.database.query(NO_PAUSE);
  return app.get(EstimatesKeeper).refresh();
}
