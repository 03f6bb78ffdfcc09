import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sessions and tokens. Of every token only the SHA-256 is kept. */
export class AddAccounts1795305604000 implements MigrationInterface {
  readonly name = 'AddAccounts1795305604000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SESSIONS);
    await queryRunner.query(TOKENS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE api_tokens, one_time_tokens, refresh_tokens, sessions');
  }
}

const SESSIONS = `
CREATE TABLE sessions (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
  last_used_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMPTZ NOT NULL,
  ip VARCHAR(45),
  user_agent VARCHAR(512),
  revoked_at TIMESTAMPTZ,
  revoked_reason VARCHAR(50)
);
CREATE INDEX idx_sessions_user ON sessions (user_id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  token_hash CHAR(64) PRIMARY KEY,
  session_id UUID NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
  used_at TIMESTAMPTZ
);
CREATE INDEX idx_refresh_tokens_session ON refresh_tokens (session_id);
`;

const TOKENS = `
CREATE TABLE one_time_tokens (
  token_hash CHAR(64) PRIMARY KEY,
  purpose VARCHAR(50) NOT NULL
    CONSTRAINT one_time_tokens_purpose_check CHECK (purpose IN ('setup', 'invitation', 'password_reset')),
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
  expires_at TIMESTAMPTZ NOT NULL,
  used_at TIMESTAMPTZ
);
CREATE INDEX idx_one_time_tokens_user ON one_time_tokens (user_id);

CREATE TABLE api_tokens (
  id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
  user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  name VARCHAR(255) NOT NULL,
  token_hash CHAR(64) NOT NULL UNIQUE,
  hint VARCHAR(16) NOT NULL,
  scopes TEXT[] NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  last_used_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
  created_by UUID REFERENCES users(id) ON DELETE SET NULL,
  revoked_at TIMESTAMPTZ
);
CREATE INDEX idx_api_tokens_user ON api_tokens (user_id);
`;
