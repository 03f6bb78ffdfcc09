import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tasks of features, and what they say about completion. The share of completed tasks is kept on the feature by triggers, so
 * that no writer of tasks can forget it and lists can sort by it. `stage_completion` is what the stage says, since the list
 * of stages is not known here; 100 is the final one, and settles it.
 */
export class LinkFeaturesToTasks1795305621000 implements MigrationInterface {
  readonly name = 'LinkFeaturesToTasks1795305621000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE feature_tasks (
        feature_id UUID NOT NULL CONSTRAINT feature_tasks_feature_id_fkey REFERENCES features(id) ON DELETE CASCADE,
        task_id UUID NOT NULL CONSTRAINT feature_tasks_task_id_fkey REFERENCES tasks(id) ON DELETE CASCADE,
        created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
        CONSTRAINT feature_tasks_pkey PRIMARY KEY (feature_id, task_id)
      );
      CREATE INDEX idx_feature_tasks_task ON feature_tasks (task_id);
      ALTER TABLE features ADD COLUMN stage_completion FLOAT, ADD COLUMN tasks_completion FLOAT;
      ALTER TABLE features DISABLE TRIGGER update_features_last_updated;
      UPDATE features SET stage_completion = completion_percentage WHERE NOT completion_given;
      ALTER TABLE features ENABLE TRIGGER update_features_last_updated;
    `);
    await queryRunner.query(REFRESH);
    await queryRunner.query(TRIGGERS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER refresh_completion_of_task ON tasks;
      DROP TABLE feature_tasks;
      DROP FUNCTION refresh_completion_of_task();
      DROP FUNCTION refresh_completion_of_link();
      DROP FUNCTION refresh_feature_completion(UUID);
      ALTER TABLE features DROP COLUMN stage_completion, DROP COLUMN tasks_completion;
    `);
  }
}

/** The feature is locked in a statement of its own: what is counted after it has all that others committed before. */
const REFRESH = `
  CREATE FUNCTION refresh_feature_completion(feature UUID) RETURNS VOID AS $$
  DECLARE
    before FLOAT;
    share FLOAT;
    after FLOAT;
  BEGIN
    SELECT completion_percentage INTO before FROM features WHERE id = feature FOR NO KEY UPDATE;
    SELECT floor(100.0 * count(*) FILTER (WHERE t.status = 'completed') / nullif(count(*), 0)) INTO share
      FROM feature_tasks l JOIN tasks t ON t.id = l.task_id
     WHERE l.feature_id = feature AND t.deleted_at IS NULL AND t.status <> 'cancelled';
    UPDATE features SET tasks_completion = share, completion_percentage =
        CASE WHEN completion_given THEN completion_percentage WHEN stage_completion = 100 THEN 100
             ELSE coalesce(share, stage_completion, completion_percentage) END
     WHERE id = feature AND tasks_completion IS DISTINCT FROM share
     RETURNING completion_percentage INTO after;
    IF after <> before THEN
      INSERT INTO events (type, subject_type, subject_id, data)
      VALUES ('feature.updated', 'feature', feature, '{"changed": ["completionPercentage"]}');
    END IF;
  END;
  $$ LANGUAGE plpgsql`;

const TRIGGERS = `
  CREATE FUNCTION refresh_completion_of_link() RETURNS TRIGGER AS $$
  BEGIN
    PERFORM refresh_feature_completion(coalesce(NEW.feature_id, OLD.feature_id));
    RETURN NULL;
  END;
  $$ LANGUAGE plpgsql;
  CREATE FUNCTION refresh_completion_of_task() RETURNS TRIGGER AS $$
  BEGIN
    PERFORM refresh_feature_completion(feature_id) FROM feature_tasks WHERE task_id = NEW.id ORDER BY feature_id;
    RETURN NULL;
  END;
  $$ LANGUAGE plpgsql;
  CREATE TRIGGER refresh_completion_of_link AFTER INSERT OR DELETE ON feature_tasks
    FOR EACH ROW EXECUTE FUNCTION refresh_completion_of_link();
  CREATE TRIGGER refresh_completion_of_task AFTER UPDATE OF status, deleted_at ON tasks FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
    EXECUTE FUNCTION refresh_completion_of_task()`;
