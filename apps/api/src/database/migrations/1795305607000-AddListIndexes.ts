import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One index per way in which a list is filtered and sorted, each ending with the id that the keyset pages need. Where NULLs
 * sort last in both directions, one index per direction holds the value that stands for NULL.
 */
export class AddListIndexes1795305607000 implements MigrationInterface {
  readonly name = 'AddListIndexes1795305607000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const [name, definition] of Object.entries(INDEXES)) {
      await queryRunner.query(`CREATE INDEX ${name} ON ${definition}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX ${Object.keys(INDEXES).join(', ')}`);
  }
}

const LIVE = 'WHERE deleted_at IS NULL';

const INDEXES = {
  idx_users_created_id: 'users (created_at, id)',
  idx_users_username_c_id: 'users (username COLLATE "C", id)',
  idx_tasks_status_created_id: `tasks (status, created_at DESC, id DESC) ${LIVE}`,
  idx_tasks_priority_created_id: `tasks (priority, created_at DESC, id DESC) ${LIVE}`,
  idx_tasks_assigned_created_id: `tasks (assigned_to, created_at DESC, id DESC) ${LIVE}`,
  idx_tasks_creator_created_id: `tasks (created_by, created_at DESC, id DESC) ${LIVE}`,
  idx_tasks_created_id: `tasks (created_at, id) ${LIVE}`,
  idx_tasks_updated_id: `tasks (updated_at, id) ${LIVE}`,
  idx_tasks_priority_id: `tasks (priority, id) ${LIVE}`,
  idx_tasks_title_c_id: `tasks (title COLLATE "C", id) ${LIVE}`,
  idx_tasks_due_asc_id: `tasks (coalesce(due_date, 'infinity'), id) ${LIVE}`,
  idx_tasks_due_desc_id: `tasks (coalesce(due_date, '-infinity'), id) ${LIVE}`,
  idx_tasks_completed_asc_id: `tasks (coalesce(completed_at, 'infinity'), id) ${LIVE}`,
  idx_tasks_completed_desc_id: `tasks (coalesce(completed_at, '-infinity'), id) ${LIVE}`,
  idx_messages_task_created_id: 'messages (task_id, created_at, id)',
  idx_messages_sender_created_id: 'messages (sender_id, created_at, id)',
  idx_messages_created_id: 'messages (created_at, id)',
  idx_attachments_task_created_id: `attachments (task_id, created_at, id) ${LIVE}`,
  idx_attachments_message_created_id: `attachments (message_id, created_at, id) ${LIVE}`,
  idx_attachments_created_id: `attachments (created_at, id) ${LIVE}`,
  idx_features_stage_updated_id: 'features (current_stage, last_updated, id)',
  idx_features_start_id: 'features (start_time, id)',
  idx_features_updated_id: 'features (last_updated, id)',
  idx_features_name_c_id: 'features (name COLLATE "C", id)',
  idx_stage_transitions_feature_time_sequence: 'stage_transitions (feature_id, timestamp, sequence)',
};
