import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTombstonesAndTransitionDetails1795305602000 implements MigrationInterface {
  readonly name = 'AddTombstonesAndTransitionDetails1795305602000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE tasks ADD COLUMN deleted_at TIMESTAMPTZ;
      ALTER TABLE attachments
        ADD COLUMN sha256 CHAR(64),
        ADD COLUMN deleted_at TIMESTAMPTZ;
      ALTER TABLE stage_transitions
        ADD COLUMN note TEXT,
        ADD COLUMN forced BOOLEAN NOT NULL DEFAULT false,
        ADD COLUMN actor_id UUID REFERENCES users(id) ON DELETE SET NULL;
    `);
    await this.numberTransitions(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE stage_transitions
        DROP COLUMN sequence, DROP COLUMN actor_id, DROP COLUMN forced, DROP COLUMN note;
      ALTER TABLE attachments DROP COLUMN deleted_at, DROP COLUMN sha256;
      ALTER TABLE tasks DROP COLUMN deleted_at;
    `);
  }

  /** By time, not by the place in the heap, which is where ADD COLUMN … IDENTITY would take the order from. */
  private async numberTransitions(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE stage_transitions ADD COLUMN sequence BIGINT;
      UPDATE stage_transitions SET sequence = numbered.position
        FROM (SELECT id, row_number() OVER (ORDER BY timestamp, id) AS position FROM stage_transitions) AS numbered
       WHERE numbered.id = stage_transitions.id;
      ALTER TABLE stage_transitions ALTER COLUMN sequence SET NOT NULL;
      ALTER TABLE stage_transitions ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY;
      SELECT setval(pg_get_serial_sequence('stage_transitions', 'sequence'),
                    coalesce(max(sequence), 0) + 1, false) FROM stage_transitions;
    `);
  }
}
