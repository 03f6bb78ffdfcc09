import { statement } from '@app/database';
import { eventOf } from '../../events/outbox';
import { recordTokens } from '../ledger/token-usage.queries';
import { clampedTokens, tokensOf } from '../metrics.queries';

/** $1 feature, $2 commit, $3 parts, $4 lines found, $5 lines hit of each. Answers the parts that are new. */
export const CLAIM_PARTS = statement(`
  INSERT INTO feature_ingests (feature_id, commit, part, lines_found, lines_hit)
  SELECT $1::uuid, $2::text, part, found, hit FROM unnest($3::text[], $4::int[], $5::int[]) AS p (part, found, hit)
  ON CONFLICT DO NOTHING RETURNING part`);

const union = (before: string, added: string) => `unnest(${before} || ${added})`;

/** New files of all commits; null while none was told. */
function newFiles(before: string): string {
  return `CASE WHEN ${before}.new_files IS NULL AND $6::text[] IS NULL THEN NULL
    ELSE ARRAY(SELECT DISTINCT path COLLATE "C" FROM ${union(`${before}.new_files`, '$6::text[]')} path ORDER BY 1) END`;
}

/** Modified files of all commits; one that an earlier commit made is new to the feature. */
function modifiedFiles(before: string): string {
  return `CASE WHEN ${before}.modified_files IS NULL AND $5::text[] IS NULL THEN NULL
    ELSE ARRAY(SELECT path FROM (
      SELECT path COLLATE "C" FROM ${union(`${before}.modified_files`, '$5::text[]')} path
      EXCEPT SELECT path COLLATE "C" FROM ${union(`${before}.new_files`, '$6::text[]')} path
    ) changed (path) ORDER BY path) END`;
}

/** The coverage of a commit: of all its reports together. */
const COVERAGE = `(SELECT 100.0 * sum(lines_hit) / nullif(sum(lines_found), 0) FROM feature_ingests
  WHERE feature_id = $3 AND commit = $8 AND lines_found IS NOT NULL)`;

/**
 * $1 viewer, $2 request id, $3 feature, $4 lines to add, $5 modified, $6 new files or null, $7 coverage that was given, $8 the
 * commit whose coverage counts from now on, or null. Under the feature's lock.
 */
export const ADD_METRICS = statement(`
  WITH measured AS (
    SELECT coalesce($7::float, ${COVERAGE}) AS coverage
  ), before AS (
    SELECT m.modified_files, m.new_files FROM (VALUES (1)) one LEFT JOIN code_metrics m ON m.feature_id = $3
  ), changed AS (
    INSERT INTO code_metrics AS m (feature_id, lines_of_code, test_coverage, modified_files, new_files, tokens_used)
    SELECT $3::uuid, $4::int, coverage, ${modifiedFiles('before')}, ${newFiles('before')},
           ${clampedTokens(tokensOf('$3'))}
    FROM measured, before
    ON CONFLICT (feature_id) DO UPDATE SET
      lines_of_code = least(2147483647, m.lines_of_code::bigint + EXCLUDED.lines_of_code),
      test_coverage = coalesce(EXCLUDED.test_coverage, m.test_coverage),
      modified_files = EXCLUDED.modified_files, new_files = EXCLUDED.new_files
    RETURNING m.feature_id AS id
  ), event AS (${eventOf('feature.metrics_updated', 'changed', { actor: '$1', requestId: '$2' })})
  SELECT id FROM changed`);

/** $1 viewer, $2 request id, $3 feature, $4 provider, $5 model, $6 input, $7 output, $8 cached tokens, $9 cost, $10 currency. */
export const ADD_TOKENS = statement(`
  WITH ${recordTokens(`
    SELECT f.id, $4::text, $5::text, $6::bigint, $7::bigint, $8::bigint, $9::numeric, upper($10::text), f.current_stage, $1::uuid
    FROM features f WHERE f.id = $3`)}
  SELECT id FROM spent`);
