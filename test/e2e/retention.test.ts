import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statement } from '@app/database';
import { JobsService } from '../../apps/api/src/jobs/jobs.service';
import { TestApp, type TestUser } from '../support/app';
import { type Answer, itemsOf } from '../support/client';
import { upload } from '../support/uploads';

const DUE = statement(`
  INSERT INTO scheduled_jobs (name, due_at) VALUES ($1, now() - interval '1 minute')
  ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at`);

let app: TestApp;
let user: TestUser;

async function start(settings: Record<string, string> = {}): Promise<void> {
  app = await TestApp.start(settings);
  user = await app.newUser();
}

afterEach(() => app.close());

async function run(job: string, on = app): Promise<void> {
  await app.database.query(DUE, [job]);
  await on.get(JobsService).runDue();
  const state = (await app.get(JobsService).states()).find(({ name }) => name === job);
  expect(state?.error).toBeNull();
}

const query = <Row extends object>(sql: string): Promise<Row[]> => app.database.query<Row>({ text: sql });
const count = async (table: string) =>
  (await query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;
const made = async (answer: Promise<Answer>) => {
  const { status, body } = await answer;
  expect(status).toBe(201);
  return String(body.id);
};
const there = (id: string): Promise<boolean> =>
  access(join(app.dataDir, 'blobs', id.slice(0, 2), id.slice(2, 4), id)).then(
    () => true,
    () => false,
  );
const ago = (table: string, days: number) =>
  query(`UPDATE ${table} SET deleted_at = now() - interval '${days} days' WHERE deleted_at IS NOT NULL`);

describe('what was deleted', () => {
  const attach = (to: Record<string, string>) =>
    made(upload(app.as(user), to, { name: 'a.txt', content: 'content' }));

  /** A task with everything, deleted; and one that stays, with a message that has an attachment of both. */
  async function world() {
    const client = app.as(user);
    const [gone, stays] = [
      await made(client.post('/tasks', { title: 'gone' })),
      await made(client.post('/tasks', { title: 'stays' })),
    ];
    const [said, other] = [
      await made(client.post('/messages', { content: 'm', taskId: gone })),
      await made(client.post('/messages', { content: 'm', taskId: stays })),
    ];
    const files = {
      ofTask: await attach({ taskId: gone }),
      ofMessage: await attach({ messageId: said }),
      ofBoth: await attach({ messageId: other }),
      ofOther: await attach({ taskId: stays }),
    };
    // As another system may have written it.
    await query(`UPDATE attachments SET task_id = '${gone}' WHERE id = '${files.ofBoth}'`);
    await client.delete(`/tasks/${gone}`);
    return { gone, stays, files };
  }

  it('stays for TRASH_RETENTION_DAYS, then goes with all that belongs to it, and is told', async () => {
    await start();
    const { gone, stays, files } = await world();
    await ago('tasks', 29);
    await run('trash');
    expect([await count('tasks'), await count('messages'), await count('attachments')]).toEqual([2, 2, 4]);
    await ago('tasks', 31);
    await run('trash');
    expect([await count('tasks'), await count('messages'), await count('attachments')]).toEqual([1, 1, 2]);
    expect(await query('SELECT id FROM tasks')).toEqual([{ id: stays }]);
    expect(await there(files.ofTask)).toBe(false);
    expect(await there(files.ofMessage)).toBe(false);
    expect([await there(files.ofBoth), await there(files.ofOther)]).toEqual([true, true]);
    const events = await app.as(user).get('/events?type=task.purged');
    expect(itemsOf(events)).toMatchObject([{ actorId: null, subject: { type: 'task', id: gone } }]);
    expect(await count('removed_blobs')).toBe(0);
  });

  it('keeps its file as long as a backup in BACKUP_TO is older', async () => {
    const backups = await mkdtemp(join(tmpdir(), 'fuse-backups-'));
    await start({ BACKUP_TO: backups, BACKUP_SCHEDULE: 'off', TRASH_RETENTION_DAYS: '7' });
    const id = await attach({ taskId: await made(app.as(user).post('/tasks', { title: 't' })) });
    await app.as(user).delete(`/attachments/${id}`);
    await ago('attachments', 8);
    const backup = async (days: number) => {
      const time = new Date(Date.now() - days * 24 * 3600_000).toISOString().replace(/[:.]/g, '-');
      await mkdir(join(backups, time));
      await writeFile(join(backups, time, 'manifest.json'), '');
      return join(backups, time);
    };
    const [older] = [await backup(9), await backup(1)];
    await run('trash');
    expect([await count('attachments'), await count('removed_blobs'), await there(id)]).toEqual([0, 1, true]);
    await rm(older, { recursive: true });
    // Another process, which has not looked at the backups yet.
    const other = await TestApp.start(
      { DATA_DIR: app.dataDir, BACKUP_TO: backups },
      { shared: app.databaseUrl },
    );
    await run('trash', other);
    await other.close();
    expect([await count('removed_blobs'), await there(id)]).toEqual([0, false]);
    await rm(backups, { recursive: true });
  });
});

describe('what has expired', () => {
  it('is cleared, and nothing else', async () => {
    await start();
    const login = () => app.anonymous.post('/auth/login', { login: user.username, password: user.password });
    const kept = await login();
    await app.anonymous.post('/auth/refresh', { refreshToken: (await login()).body.refreshToken });
    const post = (key: string) => app.as(user).post('/tasks', { title: 't' }, { 'idempotency-key': key });
    await post('old');
    const old = `now() - interval '31 days'`;
    await query(`UPDATE idempotency_keys SET created_at = now() - interval '26 hours'`);
    await query(`UPDATE refresh_tokens SET used_at = ${old} WHERE used_at IS NOT NULL`);
    await query(`INSERT INTO sessions (user_id, expires_at) SELECT id, ${old} FROM users`);
    await query(
      `INSERT INTO sessions (user_id, expires_at, revoked_at) SELECT id, now() + interval '1 day', ${old} FROM users`,
    );
    await query(`INSERT INTO one_time_tokens (token_hash, purpose, user_id, expires_at)
                 SELECT repeat('a', 64), 'password_reset', id, ${old} FROM users`);
    await post('new');
    const counts = () =>
      Promise.all(['sessions', 'refresh_tokens', 'one_time_tokens', 'idempotency_keys'].map(count));
    expect(await counts()).toEqual([5, 4, 1, 2]);
    await run('clearing');
    expect(await counts()).toEqual([3, 3, 0, 1]);
    const again = await app.anonymous.post('/auth/refresh', { refreshToken: kept.body.refreshToken });
    expect(again.status).toBe(200);
    expect((await post('new')).headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('events', () => {
  const age = (days: number, where: string) =>
    query(`UPDATE events SET time = now() - interval '${days} days' WHERE ${where}`);

  it('stay for ever unless told otherwise', async () => {
    await start();
    await made(app.as(user).post('/tasks', { title: 't' }));
    await app.as(user).get('/events');
    await age(3000, 'true');
    const before = await count('events');
    await run('clearing');
    expect(await count('events')).toBe(before);
  });

  it('go after EVENT_RETENTION_DAYS, those about accounts after AUDIT_RETENTION_DAYS, and readers are told', async () => {
    await start({ EVENT_RETENTION_DAYS: '10', AUDIT_RETENTION_DAYS: '100' });
    const client = app.as(user);
    const start1 = await client.get('/events?limit=1');
    await made(client.post('/tasks', { title: 'old' }));
    const middle = await client.get('/events?limit=100');
    await made(client.post('/tasks', { title: 'new' }));
    await client.get('/events');
    await age(11, `position <= (SELECT max(position) - 1 FROM events)`);
    await run('clearing');
    const types = await query<{ type: string }>('SELECT DISTINCT type FROM events ORDER BY 1');
    expect(types.map(({ type }) => type)).toContain('user.created');
    expect(await count(`events WHERE type = 'task.created'`)).toBe(1);
    const follow = (page: typeof middle, query2 = '') =>
      client.get(`/events?cursor=${page.body.resumeCursor}${query2}`);
    expect((await follow(start1, '&limit=1')).status).toBe(410);
    expect((await follow(middle)).status).toBe(200);
    await age(101, `type LIKE 'user.%'`);
    await run('clearing');
    expect(await count(`events WHERE subject_type = 'user'`)).toBe(0);
  });
});
