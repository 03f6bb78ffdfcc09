import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@app/database';
import { Client } from 'pg';
import { TestApp } from '../support/app';
import type { Answer, TestClient } from '../support/client';
import { rowsOf } from '../support/connection';
import { upload } from '../support/uploads';
import { fuse, type Outcome } from './fuse';

const BINARY = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) % 251);

export const done = expect.objectContaining({ code: 0, stderr: '' }) as Outcome;

/** Of a backup that `fuse backup` has made. */
export const pathIn = ({ stdout }: Outcome): string => stdout.split('\n')[1] ?? '';

/** Every row of every table as JSON, each table's sorted; of unlogged ones none, which hold for one server alone. */
export type Rows = Record<string, string[]>;

/** An installation: a database and a folder, and another for its backups. */
export class Installation {
  private readonly cleanUp: string[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly dataDir: string,
    readonly backups: string,
  ) {}

  static async make({ migrated = true } = {}): Promise<Installation> {
    const database = await createTestDatabase({ migrated });
    const [dataDir, backups] = await Promise.all([
      mkdtemp(join(tmpdir(), 'fuse-backup-')),
      mkdtemp(join(tmpdir(), 'fuse-backups-')),
    ]);
    return new Installation(database, dataDir, backups);
  }

  get env(): NodeJS.ProcessEnv {
    return { DATABASE_URL: this.database.url, DATA_DIR: this.dataDir };
  }

  /** Serves it. */
  start(settings: Record<string, string> = {}): Promise<TestApp> {
    return TestApp.start({ DATA_DIR: this.dataDir, ...settings }, { shared: this.database.url });
  }

  fuse(...args: string[]): Promise<Outcome> {
    return fuse(this.env, args);
  }

  fuseWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
    return fuse(env, args);
  }

  fuseOnTerminal(...args: string[]): Promise<Outcome> {
    return fuse(this.env, args, '', { isTTY: true });
  }

  /** Backs it up without a complaint. @returns the backup's path */
  async backUp(...flags: string[]): Promise<string> {
    const outcome = await this.fuse('backup', '--to', this.backups, ...flags);
    expect(outcome).toEqual(done);
    return pathIn(outcome);
  }

  /** Locks a table against everybody. @returns what ends that */
  async blocked(table: string): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: this.database.url });
    await client.connect();
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return () => client.end();
  }

  /** Gives the database and all in it to a role that may do nothing else. @returns its URL */
  async ordinaryOwner(): Promise<string> {
    const { pathname, username } = new URL(this.database.url.replace(/@[^/]*\//, '@h/'));
    const role = `${pathname.slice(1)}_owner`;
    const owner = decodeURIComponent(username);
    await this.query(`
      CREATE ROLE ${role} LOGIN PASSWORD 'owner' NOSUPERUSER;
      ALTER DATABASE ${pathname.slice(1)} OWNER TO ${role}; GRANT CREATE ON SCHEMA public TO ${role};
      DO $$ DECLARE command text; BEGIN
        FOR command IN
          SELECT format('ALTER TABLE %s OWNER TO ${role}', oid::regclass) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
          UNION ALL SELECT format('ALTER SEQUENCE %s OWNER TO ${role}', c.oid::regclass) FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))
          UNION ALL SELECT format('ALTER FUNCTION %s OWNER TO ${role}', p.oid::regprocedure) FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        LOOP EXECUTE command; END LOOP;
      END $$`);
    this.cleanUp.push(`REASSIGN OWNED BY ${role} TO "${owner}"; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    return this.database.url.replace(/\/\/[^@]*@/, `//${role}:owner@`);
  }

  query<Row extends object>(sql: string): Promise<Row[]> {
    return rowsOf<Row>(this.database.url, sql);
  }

  async rows(): Promise<Rows> {
    const tables = await this.query<{ name: string }>(
      `SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         AND relpersistence = 'p' AND relname <> 'migrations' ORDER BY 1`,
    );
    const all: Rows = {};
    for (const { name } of tables) {
      const found = await this.query<{ row: string }>(
        `SELECT to_jsonb(t)::text AS row FROM "${name}" t ORDER BY 1`,
      );
      all[name] = found.map(({ row }) => row);
    }
    return all;
  }

  /** Every file of the blob store by its name, in base64. */
  async files(): Promise<Record<string, string>> {
    return readFiles(join(this.dataDir, 'blobs'));
  }

  /** All of it but its backups. */
  async destroy(): Promise<void> {
    for (const sql of this.cleanUp.splice(0)) await this.query(sql);
    await this.database.drop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.destroy();
    await rm(this.backups, { recursive: true, force: true });
  }
}

/** What a restore says of itself left out. */
export function untold({ installation_state: _state, event_epochs: _epochs, ...rows }: Rows): Rows {
  return { ...rows, events: (rows['events'] ?? []).filter((row) => !row.includes('"database.restored"')) };
}

export async function readFiles(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = files.map(async (path) => [path.slice(folder.length + 1), await readFile(path, 'base64')]);
  return Object.fromEntries((await Promise.all(contents)) as [string, string][]);
}

/** Something of every kind, made through the API. */
export async function fill(app: TestApp): Promise<{ taskId: string; attachmentId: string }> {
  const admin = app.as(await app.newUser({ role: 'admin' }));
  const client = app.as(await app.newUser());
  const taskId = await idOf(
    client.post('/tasks', { title: 'tab\tnew\nline \\N \\. 🧵', description: '', priority: 4 }),
  );
  const gone = await idOf(client.post('/tasks', { title: 'deleted' }));
  await client.delete(`/tasks/${gone}`);
  const messageId = await idOf(client.post('/messages', { content: 'a\r\nb', taskId }));
  const attachmentId = await idOf(upload(client, { taskId }, { name: 'bytes.bin', content: BINARY }));
  await idOf(upload(client, { messageId }, { name: 'empty', content: '' }));
  const deleted = await idOf(upload(client, { taskId }, { name: 'deleted', content: 'x' }));
  await client.delete(`/attachments/${deleted}`);
  await fillFeatures(admin, taskId);
  await admin.post('/auth/tokens', { name: 't', scopes: ['tasks:read'], expiresAt: '2099-01-01T00:00:00Z' });
  // Whoever reads the feed gives what was written before its position.
  await admin.get('/events');
  return { taskId, attachmentId };
}

async function fillFeatures(client: TestClient, taskId: string): Promise<void> {
  const [one, other] = [
    await idOf(client.post('/features', { name: 'one', description: 'd' })),
    await idOf(client.post('/features', { name: 'other', description: 'd' })),
  ];
  await client.post(`/features/${one}/transitions`, { toStage: 'design', note: 'n' });
  await client.put(`/features/${one}/metrics`, { linesOfCode: 10, testCoverage: 12.5 });
  await client.post(`/features/${one}/token-usage`, {
    ...{ provider: 'p', model: 'm', inputTokens: 5, outputTokens: 7, cost: 0.1 },
  });
  await client.put(`/features/${one}/dependencies/${other}`);
  await client.put(`/features/${one}/tasks/${taskId}`);
}

async function idOf(answer: Promise<Answer>): Promise<string> {
  const { status, text, body } = await answer;
  if (status !== 201) throw new Error(`${status}: ${text}`);
  return String(body.id);
}
