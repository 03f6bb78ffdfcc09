import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The counters of attempts to sign in, as `rate-limiter-flexible` has them, and the mails that wait to be sent. */
export class AddLimitsAndMails1795305630000 implements MigrationInterface {
  readonly name = 'AddLimitsAndMails1795305630000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE rate_limits (
        key VARCHAR(255) PRIMARY KEY,
        points INTEGER NOT NULL DEFAULT 0,
        expire BIGINT
      );
      CREATE INDEX idx_rate_limits_expire ON rate_limits (expire);

      CREATE TABLE outgoing_mails (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind VARCHAR(50) NOT NULL CONSTRAINT outgoing_mails_kind_check
          CHECK (kind IN ('invitation', 'password_reset', 'account_exists', 'username_taken')),
        user_id UUID REFERENCES users(id) ON DELETE CASCADE,
        address VARCHAR(255),
        attempts INTEGER NOT NULL DEFAULT 0,
        due_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
        created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
      );
      CREATE INDEX idx_outgoing_mails_due_at ON outgoing_mails (due_at);
      CREATE INDEX idx_outgoing_mails_user ON outgoing_mails (user_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE outgoing_mails, rate_limits');
  }
}
