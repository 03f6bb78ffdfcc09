import { randomUUID } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import { Client } from 'pg';

/** How many rows the database of a run holds. */
export interface Size {
  readonly users: number;
  readonly tasks: number;
  readonly messages: number;
  readonly features: number;
}

export const FULL: Size = { users: 1_000, tasks: 100_000, messages: 300_000, features: 2_000 };
export const QUICK: Size = { users: 1_000, tasks: 20_000, messages: 60_000, features: 500 };

/** As many as the most connections of a run. */
const SESSIONS = 64;

/** What requests are made of: ids that exist, and a token of somebody who is signed in. */
export interface Subjects {
  readonly token: string;
  /** Of further sessions of theirs. */
  readonly tokens: readonly string[];
  readonly login: { readonly login: string; readonly password: string };
  readonly users: readonly string[];
  readonly tasks: readonly string[];
  readonly ownTasks: readonly string[];
  readonly features: readonly string[];
}

const WORDS = `ARRAY['parser','session','index','export','retry','cursor','stage','report','token','schema','upload',
  'metric','thread','socket','branch','merge','review','deploy','backup','replica']`;
/** Two or three words of twenty, so that each stands in about an eighth of the rows; `work` stands in half of them. */
const TEXT = `(${WORDS})[1 + (i * 7) % 20] || ' ' || (${WORDS})[1 + (i / 20) % 20] || ' ' || (${WORDS})[1 + (i / 400) % 20]
  || CASE WHEN i % 2 = 0 THEN ' work' ELSE '' END || ' ' || to_hex(i)`;

/** Fills a migrated, empty database by SQL. Rows are spread evenly, so that each filter has a known share. */
export async function seed(client: Client, size: Size, passwordHash: string): Promise<void> {
  await client.query('SET synchronous_commit = off');
  const run = (sql: string, values: unknown[] = []) => client.query(sql, values);
  await run(
    `INSERT INTO users (username, email, password_hash) SELECT 'user' || i, 'user' || i || '@example.org', $2
     FROM generate_series(1, $1::int) i`,
    [size.users, passwordHash],
  );
  await run('CREATE TEMP TABLE people AS SELECT id, row_number() OVER () - 1 AS n FROM users');
  await run('CREATE UNIQUE INDEX ON people (n)');
  await run(
    `INSERT INTO tasks (title, description, status, priority, created_by, assigned_to, created_at, updated_at, due_date)
     SELECT ${TEXT}, 'Details of ' || ${TEXT},
            (ARRAY['pending','in_progress','blocked','completed','cancelled'])[1 + i % 5], i % 5, c.id, a.id,
            timestamptz '2026-01-01Z' + i * interval '7 seconds', timestamptz '2026-01-01Z' + i * interval '7 seconds',
            CASE WHEN i % 3 = 0 THEN timestamptz '2026-06-01Z' + i * interval '5 seconds' END
     FROM generate_series(1, $1::int) i
     JOIN people c ON c.n = i % $2 JOIN people a ON a.n = (i * 13) % $2`,
    [size.tasks, size.users],
  );
  await run(
    'CREATE TEMP TABLE work AS SELECT id, row_number() OVER (ORDER BY created_at) - 1 AS n FROM tasks',
  );
  await run('CREATE UNIQUE INDEX ON work (n)');
  await run(
    `INSERT INTO messages (content, sender_id, task_id, created_at)
     SELECT 'Message about ' || ${TEXT}, p.id, w.id, timestamptz '2026-02-01Z' + i * interval '3 seconds'
     FROM generate_series(1, $1::int) i JOIN people p ON p.n = i % $2 JOIN work w ON w.n = i % $3`,
    [size.messages, size.users, size.tasks],
  );
  await run(
    `WITH made AS (
       INSERT INTO features (name, description, current_stage)
       SELECT 'Feature ' || i, 'About ' || ${TEXT}, 'development' FROM generate_series(1, $1::int) i RETURNING id)
     INSERT INTO code_metrics (feature_id, lines_of_code, tokens_used, test_coverage, modified_files, new_files)
     SELECT id, 1200, 50000, 87.5, ARRAY['src/a.ts','src/b.ts','src/c.ts'], ARRAY['src/d.ts'] FROM made`,
    [size.features],
  );
  await run('VACUUM ANALYZE');
}

/** Signs somebody in and picks what the requests will ask for. */
export async function subjects(client: Client, secret: string, password: string): Promise<Subjects> {
  const ids = async (sql: string, values: unknown[] = []) =>
    (await client.query<{ id: string }>(sql, values)).rows.map((row) => row.id);
  const [viewer = ''] = await ids(`SELECT id FROM users WHERE username = 'user1'`);
  const sessions = await ids(
    `INSERT INTO sessions (user_id, expires_at)
     SELECT $1, now() + interval '1 day' FROM generate_series(0, $2::int) RETURNING id`,
    [viewer, SESSIONS],
  );
  const sign = createSigner({ key: secret, algorithm: 'HS256', expiresIn: 24 * 3600 * 1000 });
  const [token = '', ...tokens] = sessions.map((sid) =>
    sign({ sid, sub: viewer, iss: 'the-new-fuse', aud: 'the-new-fuse/api', jti: randomUUID() }),
  );
  return {
    token,
    tokens,
    login: { login: 'user1', password },
    users: await ids('SELECT id FROM users ORDER BY username LIMIT 500'),
    tasks: await ids('SELECT id FROM tasks ORDER BY id LIMIT 2000'),
    ownTasks: await ids('SELECT id FROM tasks WHERE created_by = $1 LIMIT 100', [viewer]),
    features: await ids('SELECT id FROM features ORDER BY id LIMIT 1000'),
  };
}
