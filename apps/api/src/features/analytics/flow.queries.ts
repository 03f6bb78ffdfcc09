import { listOf, literal, stageOrder, VISITS, week, within } from './history.queries';

const FLOW_DEFINITION =
  'How many features were in each stage when each day ended (UTC), from the day of since (default: 90 days back) to the last day before `before` (default: today). Features that were deleted are in no day.';

/** $6 the first, $7 the last day. What happened before the first is counted on it. */
export const FLOW = `
  WITH ${VISITS}, entered AS (
    SELECT was_in, stage, greatest(entered::date, $6::date) AS day, count(*) AS n
    FROM visits WHERE entered < $7::date + 1 GROUP BY 1, 2, 3
  ), daily AS (
    SELECT change.stage, day, sum(change.n) AS n
    FROM entered CROSS JOIN LATERAL (VALUES (entered.stage, n), (was_in, -n)) AS change (stage, n)
    WHERE change.stage IS NOT NULL GROUP BY 1, 2
  ), stages AS (
    SELECT DISTINCT stage FROM daily UNION SELECT unnest($5::text[])
  ), counted AS (
    SELECT series.moment::date AS day, s.stage,
           sum(coalesce(d.n, 0)) OVER (PARTITION BY s.stage ORDER BY series.moment) AS n
    FROM generate_series($6::date, $7::date, interval '1 day') AS series (moment) CROSS JOIN stages s
    LEFT JOIN daily d ON d.day = series.moment::date AND d.stage = s.stage
  )
  SELECT json_build_object('definition', ${literal(FLOW_DEFINITION)},
    'stages', ${listOf('stage', 'SELECT stage FROM stages', stageOrder('stage'))},
    'days', ${listOf(
      "json_build_object('day', day, 'counts', counts)",
      `SELECT day, json_object_agg(stage, n ORDER BY ${stageOrder('stage')}) AS counts FROM counted GROUP BY day`,
      'day',
    )})::text AS json`;

const REWORK_DEFINITION =
  'A move is backward when it leads to a stage that comes earlier in the configured list, reopening included; moves from or to stages that are no longer in the list are not judged and not counted. The rate is backward moves of all moves, from since to before.';

const position = (stage: string) => `array_position($5::text[], ${stage}::text)`;

export const REWORK = `
  WITH ${VISITS}, moves AS (
    SELECT feature_id, from_stage, stage, entered, ${position('stage')} < ${position('from_stage')} AS backward
    FROM visits WHERE ${position('stage')} <> ${position('from_stage')} AND ${within('entered')}
  )
  SELECT json_build_object('definition', ${literal(REWORK_DEFINITION)}, 'moves', count(*),
    'backward', count(*) FILTER (WHERE backward),
    'rate', round(count(*) FILTER (WHERE backward)::numeric / nullif(count(*), 0), 4),
    'features', count(DISTINCT feature_id), 'reworked', count(DISTINCT feature_id) FILTER (WHERE backward),
    'byMove', ${listOf(
      "json_build_object('fromStage', from_stage, 'toStage', stage, 'count', n)",
      'SELECT from_stage, stage, count(*) AS n FROM moves WHERE backward GROUP BY 1, 2',
      'n DESC, from_stage, stage',
    )},
    'byWeek', ${listOf(
      "json_build_object('week', week, 'moves', n, 'backward', b)",
      `SELECT ${week('entered')} AS week, count(*) AS n, count(*) FILTER (WHERE backward) AS b FROM moves GROUP BY 1`,
      'week',
    )})::text AS json
  FROM moves`;
