import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What features cost in tokens, entry by entry. A sum that is there already becomes the first entry. */
export class AddTokenLedger1795305620000 implements MigrationInterface {
  readonly name = 'AddTokenLedger1795305620000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE feature_token_usage (
        id UUID CONSTRAINT feature_token_usage_pkey PRIMARY KEY DEFAULT uuid_generate_v4(),
        feature_id UUID NOT NULL CONSTRAINT feature_token_usage_feature_id_fkey REFERENCES features(id) ON DELETE CASCADE,
        provider VARCHAR(100) NOT NULL,
        model VARCHAR(255) NOT NULL,
        input_tokens BIGINT NOT NULL CONSTRAINT feature_token_usage_input_tokens_check CHECK (input_tokens >= 0),
        output_tokens BIGINT NOT NULL CONSTRAINT feature_token_usage_output_tokens_check CHECK (output_tokens >= 0),
        cached_tokens BIGINT NOT NULL DEFAULT 0
          CONSTRAINT feature_token_usage_cached_tokens_check CHECK (cached_tokens BETWEEN 0 AND input_tokens),
        cost NUMERIC CONSTRAINT feature_token_usage_cost_check CHECK (cost >= 0),
        currency VARCHAR(3) NOT NULL DEFAULT 'USD',
        stage VARCHAR(50) NOT NULL,
        actor_id UUID CONSTRAINT feature_token_usage_actor_id_fkey REFERENCES users(id) ON DELETE SET NULL,
        created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX idx_feature_token_usage_feature_created_id ON feature_token_usage (feature_id, created_at, id);
      CREATE INDEX idx_feature_token_usage_created ON feature_token_usage (created_at);
      INSERT INTO feature_token_usage (feature_id, provider, model, input_tokens, output_tokens, stage)
      SELECT f.id, 'unknown', 'unknown', m.tokens_used, 0, f.current_stage
      FROM code_metrics m JOIN features f ON f.id = m.feature_id WHERE m.tokens_used > 0;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE feature_token_usage`);
  }
}
