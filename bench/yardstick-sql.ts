interface Statement {
  readonly name: string;
  readonly text: string;
}

function statement(name: string, text: string): Statement {
  return { name, text: text.replaceAll(/\s*\n\s*/g, ' ').trim() };
}

const TASK_JSON = `json_build_object('id', id, 'title', title, 'description', description, 'status', status,
  'priority', priority, 'createdBy', created_by, 'assignedTo', assigned_to, 'createdAt', created_at,
  'updatedAt', updated_at, 'completedAt', completed_at, 'dueDate', due_date)`;
const MESSAGE_JSON = `json_build_object('id', id, 'content', content, 'senderId', sender_id, 'taskId', task_id,
  'type', type, 'status', status, 'createdAt', created_at, 'updatedAt', updated_at)`;

function page(name: string, json: string, from: string): Statement {
  return statement(
    name,
    `SELECT coalesce(json_agg(${json}) FILTER (WHERE n <= $1), '[]')::text AS items,
            max(json_build_array(created_at, id)::text) FILTER (WHERE n = $1 AND more) AS last
     FROM (SELECT *, row_number() OVER () AS n, count(*) OVER () > $1 AS more FROM (${from}) rows) numbered`,
  );
}

export const SESSION = statement(
  'session',
  `SELECT u.role FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now() AND u.status = 'active'`,
);
export const TASK = statement(
  'task',
  `SELECT xmin::text AS version, ${TASK_JSON}::text AS json FROM tasks WHERE id = $1 AND deleted_at IS NULL`,
);
export const TASKS_BY_STATUS = page(
  'tasks_by_status',
  TASK_JSON,
  `SELECT * FROM tasks WHERE status = $2 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1::int + 1`,
);
export const TASKS_BY_ASSIGNEE = page(
  'tasks_by_assignee',
  TASK_JSON,
  `SELECT * FROM tasks WHERE assigned_to = $2 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1::int + 1`,
);
export const TASKS_BY_TEXT = page(
  'tasks_by_text',
  TASK_JSON,
  `SELECT * FROM tasks WHERE search @@ websearch_to_tsquery('simple', $2) AND deleted_at IS NULL
   ORDER BY ts_rank(search, websearch_to_tsquery('simple', $2)) DESC, created_at DESC LIMIT $1::int + 1`,
);
export const MESSAGES_OF_TASK = page(
  'messages_of_task',
  MESSAGE_JSON,
  `SELECT * FROM messages WHERE task_id = $2 ORDER BY created_at, id LIMIT $1::int + 1`,
);
export const METRICS = statement(
  'metrics',
  `SELECT xmin::text AS version, json_build_object('featureId', feature_id, 'linesOfCode', lines_of_code,
     'tokensUsed', tokens_used, 'testCoverage', test_coverage, 'modifiedFiles', modified_files,
     'newFiles', new_files)::text AS json FROM code_metrics WHERE feature_id = $1`,
);
export const CREATE_TASK = statement(
  'create_task',
  `INSERT INTO tasks (created_by, title, description, status, priority) VALUES ($1, $2, $3, $4, $5)
   RETURNING xmin::text AS version, ${TASK_JSON}::text AS json`,
);
export const RENAME_TASK = statement(
  'rename_task',
  `UPDATE tasks SET title = $4 WHERE id = $1 AND deleted_at IS NULL AND ($3 OR created_by = $2 OR assigned_to = $2)
   RETURNING xmin::text AS version, ${TASK_JSON}::text AS json`,
);
export const POST_MESSAGE = statement(
  'post_message',
  `INSERT INTO messages (sender_id, content, task_id) VALUES ($1, $2, $3)
   RETURNING xmin::text AS version, ${MESSAGE_JSON}::text AS json`,
);
