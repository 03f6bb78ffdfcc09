import { anyOf, before, equals, ReadList, ReadShape, since, statement } from '@app/database';
import { eventOf } from '../../events/outbox';
import { clampedTokens, tokensOf } from '../metrics.queries';
import { TokenUsage } from './token-usage.entity';

const usageShape = new ReadShape(TokenUsage);

export const usageList = new ReadList(usageShape, {
  defaultSort: '-createdAt',
  filters: {
    featureId: equals('featureId'),
    provider: anyOf('provider'),
    model: anyOf('model'),
    stage: anyOf('stage'),
    createdSince: since('createdAt'),
    createdBefore: before('createdAt'),
  },
});

/**
 * CTEs that add entries to the ledger and keep the sum of the metrics, as far as that column can hold it. It grows by what is
 * added: of two at once neither sees the other's entries.
 * @param entries SQL that selects feature_id, provider, model, input_tokens, output_tokens, cached_tokens, cost, currency, stage, actor_id
 */
export function recordTokens(entries: string): string {
  const added = `(SELECT coalesce(sum(input_tokens + output_tokens), 0) FROM spent)`;
  return `
  spent AS (
    INSERT INTO feature_token_usage
      (feature_id, provider, model, input_tokens, output_tokens, cached_tokens, cost, currency, stage, actor_id)
    ${entries}
    RETURNING *
  ), counted AS (
    INSERT INTO code_metrics AS m (feature_id, tokens_used)
    SELECT feature_id, ${clampedTokens(`${tokensOf('spent.feature_id')} + ${added}`)} FROM spent
    ON CONFLICT (feature_id) DO UPDATE SET tokens_used = ${clampedTokens(`m.tokens_used + ${added}`)}
  ), recorded AS (SELECT feature_id AS id, id AS usage_id FROM spent), token_event AS (
    ${eventOf('feature.tokens_recorded', 'recorded', {
      actor: '$1',
      requestId: '$2',
      data: `jsonb_build_object('tokenUsageId', recorded.usage_id)`,
    })}
  )`;
}

/**
 * $1 viewer, $2 request id, $3 feature, $4 provider, $5 model, $6 input, $7 output, $8 cached tokens, $9 cost, $10 currency,
 * $11 stage or null. No row: no feature. Locked, so that one which is being deleted is waited for.
 */
export const RECORD_TOKENS = statement(`
  WITH feature AS (SELECT id, current_stage FROM features WHERE id = $3 FOR KEY SHARE),
  ${recordTokens(`
    SELECT id, $4::text, $5::text, $6::bigint, $7::bigint, $8::bigint, $9::numeric, upper($10::text),
           coalesce($11::text, current_stage), $1::uuid FROM feature`)}
  SELECT ${usageShape.json('spent')}::text AS json FROM spent`);
