import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  idx_messages_updated_id: 'messages (updated_at, id)',
  idx_attachments_uploader_created_id: 'attachments (uploaded_by, created_at, id) WHERE deleted_at IS NULL',
  idx_attachments_filename_c_id: 'attachments (filename COLLATE "C", id) WHERE deleted_at IS NULL',
  idx_attachments_size_asc_id: `attachments ((coalesce(size_bytes, '9223372036854775807'::bigint)), id) WHERE deleted_at IS NULL`,
  idx_attachments_size_desc_id: `attachments ((coalesce(size_bytes, '-9223372036854775808'::bigint)), id) WHERE deleted_at IS NULL`,
};

/** For the sorts of messages and attachments that had to read everything. */
export class IndexMoreLists1795305660000 implements MigrationInterface {
  name = 'IndexMoreLists1795305660000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(INDEXES))
      await queryRunner.query(`CREATE INDEX ${name} ON ${on}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await queryRunner.query(`DROP INDEX ${name}`);
  }
}
