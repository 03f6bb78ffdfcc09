import {
  CYCLES,
  cyclesWith,
  elapsed,
  FEATURES,
  listOf,
  literal,
  percentiles,
  percentilesJson,
  SPENT,
  stageOrder,
  week,
  within,
} from './history.queries';

const CYCLE =
  'A cycle runs from the first entry of the history, or from reopening, to the entry into the final stage.';

const CYCLE_TIME_DEFINITION = `${CYCLE} Cycle time is its length in milliseconds; by stage, all its stays in that stage together. Of cycles completed from since to before. Percentiles are interpolated between the two nearest cycles. Features without history are left out.`;

const times = "'count', n, 'percentiles'";

export const CYCLE_TIME = `
  WITH ${CYCLES}, ${SPENT}
  SELECT json_build_object('definition', ${literal(CYCLE_TIME_DEFINITION)},
    'count', count(*), 'percentiles', ${percentilesJson(percentiles('took'))},
    'byStage', ${listOf(
      `json_build_object('stage', stage, ${times}, ${percentilesJson('p')})`,
      `SELECT stage, count(*) AS n, ${percentiles('took')} AS p FROM spent GROUP BY stage`,
      stageOrder('stage'),
    )},
    'byWeek', ${listOf(
      `json_build_object('week', week, ${times}, ${percentilesJson('p')})`,
      `SELECT ${week('completed')} AS week, count(*) AS n, ${percentiles('took')} AS p FROM finished GROUP BY 1`,
      'week',
    )})::text AS json
  FROM finished`;

const THROUGHPUT_DEFINITION =
  'Entries into the final stage by week, a reopened feature once more when it is completed again. Every week is listed from the first completion, or since, to now, or before; the first and the last may be cut by that.';

export const THROUGHPUT = `
  WITH ${FEATURES}, finished AS (
    SELECT t.timestamp AS completed FROM stage_transitions t JOIN f ON f.id = t.feature_id
    WHERE t.to_stage = $4 AND ${within('t.timestamp')}
  ), range AS (
    SELECT date_trunc('week', greatest($2::timestamptz, min(completed))) AS first,
           date_trunc('week', least($3::timestamptz - interval '1 microsecond', now())) AS last
    FROM finished HAVING count(*) > 0
  ), weeks AS (
    SELECT day::date AS week, count(c.completed) AS n
    FROM range CROSS JOIN generate_series(range.first, range.last, interval '7 days') day
    LEFT JOIN finished c ON date_trunc('week', c.completed) = day GROUP BY 1
  )
  SELECT json_build_object('definition', ${literal(THROUGHPUT_DEFINITION)}, 'completed', coalesce(sum(n), 0),
    'perWeek', round(avg(n), 3),
    'weeks', ${listOf("json_build_object('week', week, 'completed', n)", 'SELECT * FROM weeks', 'week')})::text AS json
  FROM weeks`;

const AGING_DEFINITION = `${CYCLE} In progress is every feature whose cycle has not ended; its age is the time since the cycle began, milliseconds. It is compared with the cycle times of cycles completed from since to before. Features without history are left out.`;

/** $6 how many features to list. */
export const AGING = `
  WITH ${CYCLES}, ${SPENT}, measure AS (
    SELECT count(*) AS n, ${percentiles('took')} AS p FROM finished
  ), ages AS (
    SELECT c.feature_id, f.name, v.stage, c.started, ${age('c.started')} AS age, ${age('v.entered')} AS stage_age,
           CASE ${[95, 85, 70, 50].map((each, i) => `WHEN ${age('c.started')} > p[${4 - i}] THEN ${each}`).join(' ')} END AS beyond
    FROM cycles c JOIN f ON f.id = c.feature_id
    JOIN staged v ON v.feature_id = c.feature_id AND v.cycle = c.cycle AND v.here, measure
    WHERE c.completed IS NULL
  ), stages AS (
    SELECT stage, count(*) AS n, ${percentiles('left_at')} AS p FROM spent GROUP BY stage
  ), now_in AS (SELECT stage, count(*) AS n FROM ages GROUP BY stage)
  SELECT json_build_object('definition', ${literal(AGING_DEFINITION)}, 'total', (SELECT count(*) FROM ages),
    'count', measure.n, 'percentiles', ${percentilesJson('p')},
    'byStage', ${listOf(
      `json_build_object('stage', stage, 'count', n, 'percentiles', ${percentilesJson('p')}, 'inProgress', now)`,
      `SELECT stage, coalesce(s.n, 0) AS n, s.p, coalesce(i.n, 0) AS now FROM stages s FULL JOIN now_in i USING (stage)`,
      stageOrder('stage'),
    )},
    'features', ${listOf(
      `json_build_object('featureId', feature_id, 'name', name, 'stage', stage, 'started', started, 'age', age,
        'stageAge', stage_age, 'beyondPercentile', beyond)`,
      'SELECT * FROM ages ORDER BY started, feature_id LIMIT $6::int',
      'started, feature_id',
    )})::text AS json
  FROM measure`;

function age(since: string): string {
  return `floor(${elapsed(since, `greatest(now(), ${since})`)})::bigint`;
}

const EFFICIENCY_DEFINITION = `${CYCLE} Flow efficiency is the share of its time that was not spent in waiting stages: of all cycles completed from since to before together, and the median of each by itself. Blocked time inside of other stages counts as work.`;

const share = (part: string, whole: string) => `round((${part} / nullif(${whole}, 0))::numeric, 4)`;

const ACTIVE = `bool_or(stage <> $4) AS stayed,
  coalesce(sum(${elapsed('entered', 'left_at')}) FILTER (WHERE stage <> ALL($6::text[]) AND stage <> $4), 0) AS active`;

/** $6 the stages that count as waiting. */
export const FLOW_EFFICIENCY = `
  WITH ${cyclesWith(ACTIVE)}, worked AS (SELECT * FROM finished WHERE stayed)
  SELECT json_build_object('definition', ${literal(EFFICIENCY_DEFINITION)}, 'waiting', to_json($6::text[]), 'count', count(*),
    'efficiency', ${share('sum(active)', 'sum(took)')},
    'median', round((percentile_cont(0.5) WITHIN GROUP (ORDER BY active / nullif(took, 0)))::numeric, 4),
    'byWeek', ${listOf(
      "json_build_object('week', week, 'count', n, 'efficiency', efficiency)",
      `SELECT ${week('completed')} AS week, count(*) AS n, ${share('sum(active)', 'sum(took)')} AS efficiency FROM worked GROUP BY 1`,
      'week',
    )})::text AS json
  FROM worked`;
