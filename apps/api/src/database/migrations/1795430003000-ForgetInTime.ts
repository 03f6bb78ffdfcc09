import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that go once no backup needs them, and how far events were removed. */
export class ForgetInTime1795430003000 implements MigrationInterface {
  readonly name = 'ForgetInTime1795430003000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE removed_blobs (
        key VARCHAR(512) CONSTRAINT removed_blobs_pkey PRIMARY KEY,
        removed_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
      );
      CREATE INDEX idx_removed_blobs_removed_at ON removed_blobs (removed_at);
      CREATE INDEX idx_tasks_deleted_at ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
      CREATE INDEX idx_attachments_deleted_at ON attachments (deleted_at) WHERE deleted_at IS NOT NULL;
      ALTER TABLE installation_state ADD COLUMN events_removed_to BIGINT NOT NULL DEFAULT 0`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE installation_state DROP COLUMN events_removed_to;
      DROP INDEX idx_attachments_deleted_at;
      DROP INDEX idx_tasks_deleted_at;
      DROP TABLE removed_blobs`);
  }
}
