import { ReadShape, statement } from '@app/database';
import { eventOf } from '../events/outbox';
import { CodeMetrics } from './code-metrics.entity';

/** SQL for the sum of a feature's ledger. */
export function tokensOf(feature: string): string {
  return `(SELECT coalesce(sum(u.input_tokens + u.output_tokens), 0) FROM feature_token_usage u WHERE u.feature_id = ${feature})`;
}

/** SQL for a number of tokens, as far as the column can hold it. */
export function clampedTokens(tokens: string): string {
  return `least(2147483647, ${tokens})::int`;
}

export const metricsShape = new ReadShape(CodeMetrics, {
  omit: ['id'],
  // The column is an INT and stops at its end; the ledger is exact.
  derived: { tokensUsed: tokensOf('$.feature_id') },
});

export const METRICS_OF_FEATURE = metricsShape.byKey('featureId');

const EVENT = { actor: '$1', requestId: '$2' };
const ANSWER = `SELECT changed.version, ${metricsShape.json('changed')}::text AS json`;
/** Events of metrics are about their feature. */
const SUBJECT = 'subject AS (SELECT feature_id AS id FROM changed)';

/** What a client gives: the tokens are counted elsewhere, and stay. */
const GIVEN = `lines_of_code = $4, test_coverage = $5, modified_files = $6, new_files = $7`;

/**
 * $1 viewer, $2 request id, $3 feature, $4 lines, $5 coverage, $6 modified files, $7 new files. No row: no feature. The feature is
 * locked, so that one which is being deleted at this moment is waited for, and then is not there.
 */
export const PUT_METRICS = statement(`
  WITH changed AS (
    INSERT INTO code_metrics (feature_id, lines_of_code, test_coverage, modified_files, new_files, tokens_used)
    SELECT f.id, $4::int, $5::float, $6::text[], $7::text[], ${clampedTokens(tokensOf('f.id'))} FROM features f WHERE f.id = $3 FOR KEY SHARE
    ON CONFLICT (feature_id) DO UPDATE SET ${GIVEN}
    RETURNING *, xmin::text AS version, xmax = 0 AS made
  ), ${SUBJECT}, event AS (
    ${eventOf('feature.metrics_updated', 'subject', EVENT)}
  )
  ${ANSWER}, changed.made FROM changed`);

/** $3: of a feature that stays until the write is done. It is locked before what hangs on it, so that nobody waits in a circle. */
const FEATURE = 'feature AS (SELECT id FROM features WHERE id = $3 FOR KEY SHARE)';

/** As above, $8 accepted versions: changes metrics that are there in one of them, and makes none. */
export const REPLACE_METRICS = statement(`
  WITH ${FEATURE}, changed AS (
    UPDATE code_metrics m SET ${GIVEN} FROM feature WHERE m.feature_id = feature.id AND m.xmin::text = ANY($8::text[])
    RETURNING m.*, m.xmin::text AS version
  ), ${SUBJECT}, event AS (
    ${eventOf('feature.metrics_updated', 'subject', EVENT)}
  )
  ${ANSWER}, false AS made FROM changed`);

/** $1 viewer, $2 request id, $3 feature, $4 accepted versions or null. What was taken in is forgotten; the ledger stays, and so does what is in it. */
export const DELETE_METRICS = statement(`
  WITH ${FEATURE}, changed AS (
    DELETE FROM code_metrics m USING feature
    WHERE m.feature_id = feature.id AND ($4::text[] IS NULL OR m.xmin::text = ANY($4::text[]))
    RETURNING m.feature_id
  ), forgotten AS (
    DELETE FROM feature_ingests i USING changed WHERE i.feature_id = changed.feature_id AND i.part <> 'tokens'
  ), ${SUBJECT}, event AS (
    ${eventOf('feature.metrics_deleted', 'subject', EVENT)}
  )
  SELECT id FROM subject`);

/** $1 feature. */
export const METRICS_STANDING = statement(`
  SELECT m.xmin::text AS version, true AS allowed FROM code_metrics m WHERE m.feature_id = $1`);
