import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What runs by the clock, once over all processes. */
export class AddScheduledJobs1795430001000 implements MigrationInterface {
  readonly name = 'AddScheduledJobs1795430001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE scheduled_jobs (
        name VARCHAR(50) CONSTRAINT scheduled_jobs_pkey PRIMARY KEY,
        due_at TIMESTAMPTZ NOT NULL,
        leased_until TIMESTAMPTZ,
        started_at TIMESTAMPTZ,
        succeeded_at TIMESTAMPTZ,
        failed_at TIMESTAMPTZ,
        error TEXT
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE scheduled_jobs');
  }
}
