import { statement } from '@app/database';
import { eventOf } from '../events/outbox';

const SOURCE = 'github';

/** Nobody in this system did it: no actor, no request. The data tells an import from somebody's own work. */
const EVENT = { actor: 'NULL', requestId: 'NULL', data: `'{"source": "${SOURCE}"}'` };

/** Held until the transaction ends: of two imports at once, each sees what the other has made before it writes. */
export const LOCK_IMPORTS = statement(
  `SELECT pg_advisory_xact_lock(hashtextextended('import ${SOURCE}', 0))`,
);

const known = (kind: string, subject: string) =>
  statement(`
  SELECT r.external_id AS "externalId", s.id AS "subjectId"
    FROM external_references r LEFT JOIN ${subject} s ON s.id = r.subject_id
   WHERE r.source = '${SOURCE}' AND r.kind = '${kind}' AND r.external_id = ANY($1::text[])`);

/** A record that was imported before; `subjectId` is null when what it became is gone. */
export interface KnownRow {
  readonly externalId: string;
  readonly subjectId: string | null;
}

/** $1 external ids. */
export const KNOWN_PEOPLE = known('user', 'users');
export const KNOWN_ISSUES = known('issue', '(SELECT id FROM tasks WHERE deleted_at IS NULL)');
export const KNOWN_COMMENTS = known('comment', 'messages');

/** $1 usernames, in lower case. */
export const USERS_BY_NAME = statement(`
  SELECT id, lower(username) AS username FROM users WHERE lower(username) = ANY($1::text[]) AND status <> 'deleted'`);

/** $1 username, $2 email, $3 password hash, $4 external id. No row: the username or the email is taken. */
export const IMPORT_PERSON = statement(`
  WITH changed AS (
    INSERT INTO users (username, email, password_hash, status, role) VALUES ($1, $2, $3, 'invited', 'user')
    ON CONFLICT DO NOTHING RETURNING id
  ), referenced AS (
    INSERT INTO external_references (source, kind, external_id, subject_id)
    SELECT '${SOURCE}', 'user', $4, id FROM changed
    ON CONFLICT (source, kind, external_id) DO UPDATE SET subject_id = EXCLUDED.subject_id
  ), event AS (${eventOf('user.created', 'changed', EVENT)})
  SELECT id FROM changed`);

/** $1 external id, $2 user: from now on they are the same person. */
export const MAP_PERSON = statement(`
  INSERT INTO external_references AS known (source, kind, external_id, subject_id) VALUES ('${SOURCE}', 'user', $1, $2)
  ON CONFLICT (source, kind, external_id) DO UPDATE SET subject_id = EXCLUDED.subject_id
    WHERE known.subject_id <> EXCLUDED.subject_id`);

/** The rows of $1 (a JSON array), with times of their own: no trigger touches those on INSERT. */
const importRows = (
  kind: string,
  table: 'tasks' | 'messages',
  event: 'task.created' | 'message.created',
  columns: Readonly<Record<string, string>>,
) => {
  const names = Object.keys(columns).join(', ');
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return statement(`
  WITH input AS (
    SELECT * FROM json_to_recordset($1::json) AS record (external_id text, ${typed.join(', ')})
  ), changed AS (
    INSERT INTO ${table} (${names}) SELECT ${names} FROM input RETURNING id
  ), referenced AS (
    INSERT INTO external_references (source, kind, external_id, subject_id)
    SELECT '${SOURCE}', '${kind}', external_id, id FROM input
  ), event AS (${eventOf(event, 'changed', EVENT)})
  SELECT count(*) FROM changed`);
};

const TIMES = { created_at: 'timestamptz', updated_at: 'timestamptz' };

/** $1 JSON array of tasks with `external_id`. */
export const IMPORT_TASKS = importRows('issue', 'tasks', 'task.created', {
  ...{
    id: 'uuid',
    title: 'text',
    description: 'text',
    status: 'text',
    created_by: 'uuid',
    assigned_to: 'uuid',
  },
  ...{ ...TIMES, completed_at: 'timestamptz' },
});

/** $1 JSON array of messages with `external_id`. */
export const IMPORT_MESSAGES = importRows('comment', 'messages', 'message.created', {
  ...{ id: 'uuid', content: 'text', sender_id: 'uuid', task_id: 'uuid', type: 'text', status: 'text' },
  ...TIMES,
});
