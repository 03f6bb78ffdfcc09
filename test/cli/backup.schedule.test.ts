import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupStatusService } from '../../apps/api/src/backup/backup-status.service';
import { TestApp } from '../support/app';
import { until } from '../support/until';
import { Installation } from './backup-world';
import { startServer } from './fuse';

let home: Installation;

beforeEach(async () => {
  home = await Installation.make();
});

afterEach(() => home.remove());

const JWT_SECRET = 'a secret for tests alone, of 32+ bytes';
const succeededAt = async () => {
  const [row] = await home.query<{ at: string | null; error: string | null }>(
    `SELECT succeeded_at::text AS at, error FROM scheduled_jobs WHERE name = 'backup'`,
  );
  if (row?.error) throw new Error(row.error);
  return row?.at ?? undefined;
};

it('a server of two processes makes each backup once, and keeps as many as told', async () => {
  const server = await startServer({
    ...home.env,
    ...{ JWT_SECRET, WEB_CONCURRENCY: '2', BACKUP_TO: home.backups, BACKUP_KEEP: '1' },
  });
  let before: string | undefined;
  const seen = new Set<string>();
  for (let i = 0; i < 2; i++) {
    await home.query(`UPDATE scheduled_jobs SET due_at = now() WHERE name = 'backup'`);
    const last = before;
    before = await until(async () => {
      const at = await succeededAt();
      return at !== last && at;
    });
    const names = await readdir(home.backups);
    expect(names).toHaveLength(1);
    seen.add(names[0] ?? '');
  }
  expect(seen.size).toBe(2);
  await server.stop();
});

it('a backup that fails is told with its reason', async () => {
  const server = await startServer({
    ...home.env,
    JWT_SECRET,
    BACKUP_TO: 's3://none/x',
    BACKUP_S3_ENDPOINT: 'http://127.0.0.1:1',
  });
  await home.query(`UPDATE scheduled_jobs SET due_at = now() WHERE name = 'backup'`);
  await expect(until(succeededAt)).rejects.toThrow('s3://none/x cannot be used');
  await server.stop();
});

it('that there is no backup yet is no error, as long as the place can be', async () => {
  const none = { newest: null, newestVerified: null, oldest: null };
  for (const [to, told] of [
    [undefined, { scheduled: false, ...none }],
    [join(home.backups, 'not/yet'), { scheduled: true, ...none }],
  ] as const) {
    const app = await TestApp.start(to === undefined ? {} : { BACKUP_TO: to });
    expect(await app.get(BackupStatusService).read()).toEqual(told);
    await app.close();
  }
  await writeFile(join(home.backups, 'file'), '');
  const app = await TestApp.start({ BACKUP_TO: join(home.backups, 'file') });
  await expect(app.get(BackupStatusService).read()).rejects.toThrow('cannot be read');
  await app.close();
});

it('how old the backups are is told, the verified ones apart', async () => {
  const app = await TestApp.start({ BACKUP_TO: home.backups, BACKUP_SCHEDULE: 'off' });
  const status = app.get(BackupStatusService);
  expect(await status.read(0)).toEqual({
    scheduled: false,
    newest: null,
    newestVerified: null,
    oldest: null,
  });
  const made = async () => await home.backUp();
  const [first, second] = [await made(), await made()];
  await home.fuse('backup', 'verify', first);
  expect(await status.read(0)).toMatchObject({ newest: null });
  const told = await status.read(60_000);
  const timeOf = (path: string) =>
    path.slice(home.backups.length + 1).replace(/T(..)-(..)-(..)-(...)Z/, 'T$1:$2:$3.$4Z');
  expect(told).toEqual({
    scheduled: false,
    newest: timeOf(second),
    newestVerified: timeOf(first),
    oldest: timeOf(first),
  });
  await app.close();
});
