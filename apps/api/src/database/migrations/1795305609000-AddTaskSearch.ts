import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Full text over title and description: words of the title weigh more. Kept by a trigger, so that no writer can forget it. */
export class AddTaskSearch1795305609000 implements MigrationInterface {
  name = 'AddTaskSearch1795305609000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE tasks ADD COLUMN search tsvector`);
    await queryRunner.query(`
      CREATE FUNCTION update_task_search() RETURNS TRIGGER AS $$
      BEGIN
        NEW.search = setweight(to_tsvector('pg_catalog.english', NEW.title), 'A')
          || setweight(to_tsvector('pg_catalog.english', coalesce(NEW.description, '')), 'B');
        RETURN NEW;
      END;
      $$ LANGUAGE plpgsql`);
    await queryRunner.query(`
      CREATE TRIGGER update_tasks_search BEFORE INSERT OR UPDATE OF title, description ON tasks
      FOR EACH ROW EXECUTE FUNCTION update_task_search()`);
    await queryRunner.query(`ALTER TABLE tasks DISABLE TRIGGER update_tasks_updated_at`);
    await queryRunner.query(`UPDATE tasks SET title = title`);
    await queryRunner.query(`ALTER TABLE tasks ENABLE TRIGGER update_tasks_updated_at`);
    await queryRunner.query(
      `CREATE INDEX idx_tasks_search ON tasks USING gin (search) WHERE deleted_at IS NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX idx_tasks_search`);
    await queryRunner.query(`DROP TRIGGER update_tasks_search ON tasks`);
    await queryRunner.query(`DROP FUNCTION update_task_search()`);
    await queryRunner.query(`ALTER TABLE tasks DROP COLUMN search`);
  }
}
