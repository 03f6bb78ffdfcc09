import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the reference leaves open: no NULL where there is a default, and only values that the API knows. */
export class ConstrainValues1795305601000 implements MigrationInterface {
  readonly name = 'ConstrainValues1795305601000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Filling a gap is no change by a user: the triggers must not touch updated_at.
    await queryRunner.query(triggers('DISABLE'));
    await queryRunner.query(BACKFILL);
    await queryRunner.query(triggers('ENABLE'));
    for (const [table, columns] of Object.entries(NOT_NULL)) {
      const actions = columns.map((column) => `ALTER COLUMN ${column} SET NOT NULL`);
      await queryRunner.query(`ALTER TABLE ${table} ${actions.join(', ')}`);
    }
    for (const [table, column, condition] of CHECKS) {
      await queryRunner.query(
        `ALTER TABLE ${table} ADD CONSTRAINT ${table}_${column}_check CHECK (${condition})`,
      );
    }
    await queryRunner.query(`
      CREATE UNIQUE INDEX users_username_lower_key ON users (lower(username));
      CREATE UNIQUE INDEX users_email_lower_key ON users (lower(email));
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX users_email_lower_key, users_username_lower_key');
    for (const [table, column] of CHECKS) {
      await queryRunner.query(`ALTER TABLE ${table} DROP CONSTRAINT ${table}_${column}_check`);
    }
    for (const [table, columns] of Object.entries(NOT_NULL)) {
      const actions = columns.map((column) => `ALTER COLUMN ${column} DROP NOT NULL`);
      await queryRunner.query(`ALTER TABLE ${table} ${actions.join(', ')}`);
    }
  }
}

export function triggers(action: 'DISABLE' | 'ENABLE'): string {
  return ['users', 'tasks', 'messages']
    .map((table) => `ALTER TABLE ${table} ${action} TRIGGER update_${table}_updated_at;`)
    .join('\n');
}

/** The defaults; a missing time is taken from the row's other one before the clock. */
const BACKFILL = `
UPDATE users SET status = coalesce(status, 'active'), role = coalesce(role, 'user'),
       created_at = coalesce(created_at, updated_at, CURRENT_TIMESTAMP),
       updated_at = coalesce(updated_at, created_at, CURRENT_TIMESTAMP)
 WHERE status IS NULL OR role IS NULL OR created_at IS NULL OR updated_at IS NULL;
UPDATE tasks SET status = coalesce(status, 'pending'), priority = coalesce(priority, 0),
       created_at = coalesce(created_at, updated_at, CURRENT_TIMESTAMP),
       updated_at = coalesce(updated_at, created_at, CURRENT_TIMESTAMP)
 WHERE status IS NULL OR priority IS NULL OR created_at IS NULL OR updated_at IS NULL;
UPDATE messages SET type = coalesce(type, 'text'), status = coalesce(status, 'sent'),
       created_at = coalesce(created_at, updated_at, CURRENT_TIMESTAMP),
       updated_at = coalesce(updated_at, created_at, CURRENT_TIMESTAMP)
 WHERE type IS NULL OR status IS NULL OR created_at IS NULL OR updated_at IS NULL;
UPDATE attachments SET created_at = CURRENT_TIMESTAMP WHERE created_at IS NULL;
UPDATE features SET completion_percentage = coalesce(completion_percentage, 0),
       start_time = coalesce(start_time, last_updated, CURRENT_TIMESTAMP),
       last_updated = coalesce(last_updated, start_time, CURRENT_TIMESTAMP)
 WHERE completion_percentage IS NULL OR start_time IS NULL OR last_updated IS NULL;
UPDATE code_metrics SET lines_of_code = coalesce(lines_of_code, 0), tokens_used = coalesce(tokens_used, 0)
 WHERE lines_of_code IS NULL OR tokens_used IS NULL;
UPDATE stage_transitions SET timestamp = CURRENT_TIMESTAMP WHERE timestamp IS NULL;
`;

export const NOT_NULL = {
  users: ['created_at', 'updated_at', 'status', 'role'],
  tasks: ['status', 'priority', 'created_at', 'updated_at'],
  messages: ['created_at', 'updated_at', 'type', 'status'],
  attachments: ['created_at'],
  features: ['start_time', 'last_updated', 'completion_percentage'],
  code_metrics: ['feature_id', 'lines_of_code', 'tokens_used'],
  stage_transitions: ['feature_id', 'timestamp'],
};

export const CHECKS: ReadonlyArray<readonly [table: string, column: string, condition: string]> = [
  ['users', 'status', "status IN ('active', 'invited', 'suspended', 'deleted')"],
  ['users', 'role', "role IN ('user', 'admin', 'agent', 'viewer')"],
  ['tasks', 'status', "status IN ('pending', 'in_progress', 'blocked', 'completed', 'cancelled')"],
  ['tasks', 'priority', 'priority BETWEEN 0 AND 4'],
  ['messages', 'type', "type IN ('text', 'markdown', 'code', 'system')"],
  ['messages', 'status', "status IN ('sent', 'edited', 'deleted')"],
  ['attachments', 'size_bytes', 'size_bytes >= 0'],
  ['features', 'completion_percentage', 'completion_percentage BETWEEN 0 AND 100'],
  ['code_metrics', 'lines_of_code', 'lines_of_code >= 0'],
  ['code_metrics', 'tokens_used', 'tokens_used >= 0'],
  ['code_metrics', 'test_coverage', 'test_coverage BETWEEN 0 AND 100'],
  ['stage_transitions', 'duration', 'duration >= 0'],
];
