import { FEATURES, listOf, literal, stageOrder, week, within } from './history.queries';

const COST_DEFINITION =
  'Lines and coverage count for the day on which they were recorded (UTC), or for the day on which the feature was last completed, if it was completed before and not reopened: an import records long after. Lines are net: what metrics had more, or less, than on the day before that they were recorded. Features are those with metrics; coverage is the mean of features, not of lines, each as it was last recorded. By stage: of the features that are in it now, and the tokens that were recorded for it. By week: what counts for its days, and the tokens that were recorded in it. Totals: all of it. since and before limit days to those that begin within, and tokens by when they were recorded. Metrics that were deleted are left out.';

/**
 * What metrics of each feature grew by, day by day (the sum of the lines is what they have now), then week by week and in all, with the
 * coverage that was recorded last.
 */
const RECORDED = `
  completed AS (
    SELECT t.feature_id, max(t.timestamp)::date AS day FROM stage_transitions t
    JOIN f ON f.id = t.feature_id AND f.current_stage = $4 WHERE t.to_stage = $4 GROUP BY 1
  ), recorded AS (
    SELECT h.feature_id, f.current_stage, h.day, least(h.day, c.day) AS counted_on, h.test_coverage,
           h.lines_of_code::bigint - lag(h.lines_of_code, 1, 0) OVER (PARTITION BY h.feature_id ORDER BY h.day) AS lines
    FROM f JOIN code_metrics m ON m.feature_id = f.id JOIN feature_metrics_history h ON h.feature_id = f.id
    LEFT JOIN completed c ON c.feature_id = f.id
  ), counted AS (
    SELECT feature_id, current_stage, ${week('counted_on')} AS week, sum(lines) AS lines,
           (array_agg(test_coverage ORDER BY day DESC))[1] AS coverage
    FROM recorded WHERE ${within('counted_on')} GROUP BY 1, 2, 3
  ), measured AS (
    SELECT current_stage, sum(lines) AS lines, (array_agg(coverage ORDER BY week DESC))[1] AS coverage
    FROM counted GROUP BY feature_id, 1
  )`;

const METRICS = 'count(*) AS features, coalesce(sum(lines), 0) AS lines, avg(coverage) AS coverage';
const TOKENS =
  'coalesce(sum(tokens), 0) AS tokens, jsonb_object_agg(currency, cost) FILTER (WHERE cost IS NOT NULL) AS cost';
const COSTS = `'features', coalesce(features, 0), 'linesOfCode', coalesce(lines, 0), 'testCoverage', round(coverage::numeric, 2),
  'tokens', coalesce(tokens, 0), 'cost', coalesce(cost, '{}')`;

/** Tokens and their cost for each value of a key. */
const spentBy = (key: string) =>
  `SELECT key, ${TOKENS} FROM (
    SELECT ${key} AS key, currency, sum(tokens) AS tokens, sum(cost) AS cost FROM used GROUP BY 1, 2
  ) each_currency GROUP BY key`;

const both = (key: string, measured: string) =>
  `SELECT * FROM (${measured}) a FULL JOIN (${spentBy(key)}) b USING (key) WHERE key IS NOT NULL`;

const BY_STAGE = both('stage', `SELECT current_stage AS key, ${METRICS} FROM measured GROUP BY 1`);
const BY_WEEK = both('week', `SELECT week AS key, ${METRICS} FROM counted GROUP BY 1`);

export const COST = `
  WITH ${FEATURES}, ${RECORDED}, used AS (
    SELECT u.stage, ${week('u.created_at')} AS week, u.input_tokens + u.output_tokens AS tokens, u.cost, u.currency
    FROM feature_token_usage u JOIN f ON f.id = u.feature_id WHERE ${within('u.created_at')}
  )
  SELECT json_build_object('definition', ${literal(COST_DEFINITION)}, ${COSTS},
    'byStage', ${listOf(`json_build_object('stage', key, ${COSTS})`, BY_STAGE, stageOrder('key'))},
    'byWeek', ${listOf(`json_build_object('week', key, ${COSTS})`, BY_WEEK, 'key')})::text AS json
  FROM (SELECT ${METRICS} FROM measured) metrics LEFT JOIN (${spentBy('0')}) spent ON true`;
