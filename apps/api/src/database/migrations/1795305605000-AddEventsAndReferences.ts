import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddEventsAndReferences1795305605000 implements MigrationInterface {
  readonly name = 'AddEventsAndReferences1795305605000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(EVENTS);
    await queryRunner.query(IDEMPOTENCY_KEYS);
    await queryRunner.query(EXTERNAL_REFERENCES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE external_references, idempotency_keys, events');
  }
}

/** The sequence gives the positions, which the relay sets after the commit; the table owns it, and takes it along. */
const EVENTS = `
CREATE TABLE events (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  time TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  actor_id UUID,
  type VARCHAR(100) NOT NULL,
  subject_type VARCHAR(50) NOT NULL,
  subject_id UUID,
  data JSONB NOT NULL DEFAULT '{}',
  request_id VARCHAR(128),
  position BIGINT,
  PRIMARY KEY (id, time)
);
CREATE SEQUENCE events_position_seq OWNED BY events.position;
CREATE INDEX idx_events_position ON events (position);
CREATE INDEX idx_events_unpositioned ON events (id) WHERE position IS NULL;
CREATE INDEX idx_events_subject_position ON events (subject_type, subject_id, position);
`;

const IDEMPOTENCY_KEYS = `
CREATE TABLE idempotency_keys (
  id CHAR(64) PRIMARY KEY,
  user_id UUID REFERENCES users(id) ON DELETE CASCADE,
  fingerprint CHAR(64) NOT NULL,
  status SMALLINT NOT NULL,
  headers JSONB NOT NULL,
  body TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_idempotency_keys_user ON idempotency_keys (user_id);
CREATE INDEX idx_idempotency_keys_created_at ON idempotency_keys (created_at);
`;

const EXTERNAL_REFERENCES = `
CREATE TABLE external_references (
  source VARCHAR(50) NOT NULL,
  kind VARCHAR(50) NOT NULL,
  external_id VARCHAR(255) NOT NULL,
  subject_id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (source, kind, external_id)
);
CREATE INDEX idx_external_references_subject ON external_references (subject_id);
`;
