import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { statement } from '@app/database';
import { JobsService } from '../../apps/api/src/jobs/jobs.service';
import { TestApp } from '../support/app';
import { Installation } from './backup-world';

let home: Installation;

beforeEach(async () => {
  home = await Installation.make();
});

afterEach(() => home.remove());

const AGAIN = 'Erased again, as after the backup: 1 account.';

/** Somebody with work, a backup of both, and then they are erased. */
async function erasedAfterABackup(env: Record<string, string>): Promise<{ id: string; path: string }> {
  const app = await TestApp.start({ DATA_DIR: home.dataDir, ...env }, { shared: home.database.url });
  const admin = await app.newUser({ role: 'admin' });
  const person = await app.newUser();
  expect((await app.as(person).post('/tasks', { title: 'their work' })).status).toBe(201);
  const path = await home.backUp();
  expect((await app.as(admin).delete(`/users/${person.id}`)).status).toBe(204);
  await app.close();
  return { id: person.id, path };
}

const personIn = async ({ query }: Pick<Installation, 'query'>, on: Installation, id: string) =>
  query.call(
    on,
    `SELECT username, email, status, password_hash, (SELECT count(*)::int FROM tasks WHERE created_by = u.id) AS tasks,
            (SELECT count(*)::int FROM sessions WHERE user_id = u.id) AS sessions FROM users u WHERE id = '${id}'`,
  );
const erased = (id: string) => [
  {
    ...{ username: `erased-${id}`, email: `erased-${id}@users.invalid`, status: 'deleted' },
    ...{ password_hash: '!', tasks: 1, sessions: 0 },
  },
];

it('who was erased after the backup is erased again, by what the database knows', async () => {
  const { id, path } = await erasedAfterABackup({});
  await rm(join(home.dataDir, 'erasures.jsonl'));
  const restored = await home.fuse('restore', path, '--replace', '--keep-sessions');
  expect(restored.stdout).toContain(AGAIN);
  expect(await personIn(home, home, id)).toEqual(erased(id));
});

it.each(['DATA_DIR', 'BACKUP_TO'])('by the journal in %s, when the database is lost', async (where) => {
  const { id, path } = await erasedAfterABackup(where === 'BACKUP_TO' ? { BACKUP_TO: home.backups } : {});
  const target = await Installation.make();
  const env = { ...target.env, DATA_DIR: where === 'DATA_DIR' ? home.dataDir : target.dataDir };
  const restored = await target.fuseWith(env, 'restore', path, '--keep-sessions');
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining(AGAIN) });
  expect(await personIn(target, target, id)).toEqual(erased(id));
  // And the next time, from the backup of what was restored.
  const next = join(home.backups, 'next');
  await target.fuse('backup', '--to', next);
  expect(await readFile(join(next, 'erasures.jsonl'), 'utf8')).toContain(id);
  await target.remove();
});

it('the journal holds an id and a moment, and nothing else', async () => {
  const { id } = await erasedAfterABackup({ BACKUP_TO: home.backups });
  for (const place of [home.dataDir, home.backups]) {
    const lines = (await readFile(join(place, 'erasures.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { user: id, erasedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string },
    ]);
  }
});

it('a journal that could not be written is written later, and keeps what it has', async () => {
  const { id } = await erasedAfterABackup({
    BACKUP_TO: 's3://none',
    BACKUP_S3_ENDPOINT: 'http://127.0.0.1:1',
  });
  const [row] = await home.query<{ journaled: boolean }>('SELECT journaled FROM erasures');
  expect(row?.journaled).toBe(false);
  const app = await TestApp.start(
    { DATA_DIR: home.dataDir, BACKUP_TO: home.backups },
    { shared: home.database.url },
  );
  await app.database.query(
    statement(`INSERT INTO scheduled_jobs (name, due_at) VALUES ('erasure-journal', now())`),
  );
  await app.get(JobsService).runDue();
  await app.close();
  expect(await readFile(join(home.backups, 'erasures.jsonl'), 'utf8')).toContain(id);
});
