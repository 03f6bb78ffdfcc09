import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where in the write-ahead log each user's last write ended. Not logged itself: it is written with every write, holds for
 * this server alone, and after a crash the server's own checkpoint stands for all of it.
 */
export class AddLastWrites1795450000000 implements MigrationInterface {
  readonly name = 'AddLastWrites1795450000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE UNLOGGED TABLE last_writes (
        user_id UUID NOT NULL,
        position BIGINT NOT NULL,
        CONSTRAINT last_writes_pkey PRIMARY KEY (user_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE last_writes`);
  }
}
