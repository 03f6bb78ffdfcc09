import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What rests after a restore, and which history of events a cursor belongs to. */
export class TellRestores1795430000000 implements MigrationInterface {
  readonly name = 'TellRestores1795430000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE installation_state (
        id BOOLEAN DEFAULT true CONSTRAINT installation_state_pkey PRIMARY KEY
          CONSTRAINT installation_state_id_check CHECK (id),
        paused_at TIMESTAMPTZ,
        paused_reason VARCHAR(50)
      );
      INSERT INTO installation_state DEFAULT VALUES;
      CREATE TABLE event_epochs (
        id UUID CONSTRAINT event_epochs_pkey PRIMARY KEY,
        started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        current BOOLEAN NOT NULL DEFAULT true,
        last_position BIGINT
      );
      CREATE UNIQUE INDEX idx_event_epochs_current ON event_epochs (current) WHERE current;
      INSERT INTO event_epochs (id, started_at) VALUES ('00000000-0000-4000-8000-000000000000', '1970-01-01Z')`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE event_epochs; DROP TABLE installation_state');
  }
}
