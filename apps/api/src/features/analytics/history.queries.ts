/*
 * What all analyses begin with. $1 pattern of names or null, $2 since, $3 before, moments or null, $4 the final stage, $5 all
 * stages in order. The session is in UTC, and so are days and weeks.
 */

export const BOUND = 5;

/** Milliseconds between two moments. Not NUMERIC as `extract` has it, which takes several times as long. */
export const elapsed = (from: string, to: string) => `date_part('epoch', ${to} - ${from}) * 1000`;

export const week = (moment: string) => `date_trunc('week', ${moment})::date`;

export const within = (moment: string) =>
  `($2::timestamptz IS NULL OR ${moment} >= $2::timestamptz) AND ($3::timestamptz IS NULL OR ${moment} < $3::timestamptz)`;

/** The features that an analysis is about. */
export const FEATURES = `
  given AS (SELECT $1::text, $2::timestamptz, $3::timestamptz, $4::text, $5::text[]),
  f AS (
    SELECT id, name, current_stage FROM features WHERE $1::text IS NULL OR name ILIKE $1::text
  )`;

/** Features and every stay of theirs in a stage; a cycle ends with the entry into the final stage. One window for both: each is a pass of its own. */
export const VISITS = `${FEATURES}, visits AS (
    SELECT t.feature_id, t.from_stage, t.to_stage AS stage, t.timestamp AS entered,
           lead(t.timestamp) OVER history AS left_at, lag(t.to_stage) OVER history AS was_in,
           count(*) FILTER (WHERE t.to_stage = $4) OVER history AS cycle
    FROM stage_transitions t JOIN f ON f.id = t.feature_id
    WINDOW history AS (PARTITION BY t.feature_id ORDER BY t.timestamp, t.sequence
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  )`;

const FINISHED = `finished AS (
    SELECT *, ${elapsed('started', 'completed')} AS took FROM cycles
    WHERE completed IS NOT NULL AND ${within('completed')}
  )`;

const COMPLETED = 'max(entered) FILTER (WHERE stage = $4) AS completed';

/** Cycles, and those that were completed within the time that is asked for. @param more SQL of further sums over their stays */
export const cyclesWith = (more: string) => `${VISITS}, cycles AS (
    SELECT feature_id, cycle, min(entered) AS started, ${COMPLETED}, ${more}
    FROM visits GROUP BY feature_id, cycle
  ), ${FINISHED}`;

/**
 * The same, and what each cycle had in each stage, all stays together. One pass over the history: going through it twice would write
 * it to disk in between.
 */
export const CYCLES = `${VISITS}, staged AS (
    SELECT feature_id, cycle, stage, min(entered) AS first_entered, max(entered) AS entered, max(left_at) AS left_at,
           sum(${elapsed('entered', 'left_at')}) AS took, bool_or(left_at IS NULL) AS here
    FROM visits GROUP BY feature_id, cycle, stage
  ), cycles AS (
    SELECT feature_id, cycle, min(first_entered) AS started, ${COMPLETED}
    FROM staged GROUP BY feature_id, cycle
  ), ${FINISHED}`;

/** What finished cycles spent in each stage, and how old they were when they left it last. */
export const SPENT = `spent AS (
    SELECT s.feature_id, s.cycle, s.stage, s.took, ${elapsed('c.started', 's.left_at')} AS left_at
    FROM staged s JOIN finished c USING (feature_id, cycle) WHERE s.stage <> $4
  )`;

export const percentiles = (value: string) =>
  `percentile_cont(ARRAY[0.5, 0.7, 0.85, 0.95]) WITHIN GROUP (ORDER BY ${value})`;

/** @param found SQL of what `percentiles` answers */
export const percentilesJson = (found: string) =>
  `json_build_object('p50', round((${found})[1]), 'p70', round((${found})[2]), 'p85', round((${found})[3]), 'p95', round((${found})[4]))`;

/** The order of stages as they are configured, others behind them by name. */
export const stageOrder = (stage: string) =>
  `array_position($5::text[], ${stage}::text), ${stage} COLLATE "C"`;

/** A JSON array of rows. @param item SQL of one, over the rows of `from` */
export const listOf = (item: string, from: string, order: string) =>
  `(SELECT coalesce(json_agg(${item} ORDER BY ${order}), '[]') FROM (${from}) each)`;

/** Text as an SQL literal: definitions are written here, never taken from a request. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
