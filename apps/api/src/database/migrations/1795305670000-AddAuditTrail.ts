import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the requests came from that changed accounts, and a way to their events. */
export class AddAuditTrail1795305670000 implements MigrationInterface {
  readonly name = 'AddAuditTrail1795305670000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE event_origins (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        request_id VARCHAR(128) NOT NULL,
        user_id UUID REFERENCES users(id) ON DELETE CASCADE,
        ip VARCHAR(45) NOT NULL,
        user_agent VARCHAR(512),
        created_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX idx_event_origins_request ON event_origins (request_id);
      CREATE INDEX idx_event_origins_user ON event_origins (user_id);
      CREATE INDEX idx_event_origins_created_at ON event_origins (created_at);
      CREATE INDEX idx_events_accounts ON events (id) WHERE subject_type = 'user'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX idx_events_accounts; DROP TABLE event_origins');
  }
}
