import { readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { done, fill, Installation, untold } from './backup-world';

let home: Installation;
const others: Installation[] = [];

beforeEach(async () => {
  home = await Installation.make();
});

afterEach(async () => {
  for (const each of [home, ...others.splice(0)]) await each.remove();
});

async function another(options?: { migrated: boolean }): Promise<Installation> {
  const made = await Installation.make(options);
  others.push(made);
  return made;
}

const backUp = (...flags: string[]) => home.backUp(...flags);

async function filled() {
  const app = await home.start();
  const made = await fill(app);
  return { app, ...made };
}

describe('what was backed up and destroyed', () => {
  it.each([{ migrated: true }, { migrated: false }])(
    'is restored row by row and byte by byte, into a target with %j',
    async (options) => {
      const { app } = await filled();
      const backup = await backUp();
      await app.close();
      const [rows, files] = [await home.rows(), await home.files()];
      expect(Object.values(rows).filter((found) => found.length > 0).length).toBeGreaterThanOrEqual(14);
      await home.destroy();
      const target = await another(options);
      expect(await target.fuse('restore', backup, '--keep-sessions')).toEqual(done);
      expect(untold(await target.rows())).toEqual(untold(rows));
      const deleted = Object.keys(files).filter((key) =>
        rows['attachments']?.some((row) => isDeleted(row, key)),
      );
      expect(deleted).toHaveLength(1);
      for (const key of deleted) delete files[key];
      expect(Object.keys(files)).toHaveLength(2);
      expect(await target.files()).toEqual(files);
    },
  );

  const isDeleted = (row: string, key: string): boolean => {
    const { file_path: path, deleted_at: at } = JSON.parse(row) as {
      file_path: string;
      deleted_at: string | null;
    };
    return path === key && at !== null;
  };

  it('is served again: files, what is generated, foreign keys, triggers', async () => {
    const { app, taskId, attachmentId } = await filled();
    const backup = await backUp();
    await app.close();
    const target = await another();
    await target.fuse('restore', backup);
    const again = await target.start();
    const client = again.as(await again.newUser({ role: 'viewer' }));
    const content = await client.get(`/attachments/${attachmentId}/content`);
    expect([content.status, content.headers.get('content-length')]).toEqual([200, '300000']);
    const patched = await again
      .as(await again.newUser({ role: 'admin' }))
      .patch(`/tasks/${taskId}`, { title: 'z' });
    expect(patched.body).toMatchObject({ title: 'z' });
    expect(String(patched.body.updatedAt) > String(patched.body.createdAt)).toBe(true);
    await again.close();
    expect(await schemaOf(target)).toEqual(await schemaOf(home));
  });

  /** Constraints and triggers, with their state. */
  const schemaOf = (installation: Installation) =>
    installation.query(`
      SELECT conname AS name, pg_get_constraintdef(oid) AS definition, convalidated::text AS state FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
      UNION ALL SELECT tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`);

  it('lets nobody in who was signed in then, and gives events new numbers', async () => {
    const app = await home.start();
    const user = await app.newUser({ role: 'admin' });
    const token = await app
      .as(user)
      .post('/auth/tokens', { name: 't', scopes: ['tasks:read'], expiresAt: '2099-01-01T00:00:00Z' });
    const accessToken = token.body.token as string;
    const backup = await backUp();
    const later = await app.as(user).post('/tasks', { title: 'after the backup' });
    expect(later.status).toBe(201);
    const seen = await last(app.as(user));
    await app.close();
    const target = await another();
    expect((await target.fuse('restore', backup)).stdout).toContain('Sessions and tokens are revoked');
    const again = await target.start();
    expect((await again.as({ accessToken }).get('/tasks')).status).toBe(401);
    expect((await again.as(user).get('/tasks')).status).toBe(401);
    const newcomer = await again.newUser({ role: 'agent' });
    const lastNow = await last(again.as(newcomer));
    expect(lastNow).toBeGreaterThan(seen);
    await again.close();
  });

  const last = async (client: { get(path: string): Promise<{ status: number }> }): Promise<number> => {
    expect((await client.get('/events')).status).toBe(200);
    const on = others.at(-1) ?? home;
    const [row] = await on.query<{ last: number }>('SELECT max(position)::float8 AS last FROM events');
    return row?.last ?? NaN;
  };
});

describe('fuse backup', () => {
  it('backs up every table that the migrations make', async () => {
    const path = await backUp();
    const { default: manifest } = (await import(join(path, 'manifest.json'), { with: { type: 'json' } })) as {
      default: { tables: { name: string }[]; leftOut: string[] };
    };
    expect(manifest.tables.map(({ name }) => name)).toEqual(Object.keys(await home.rows()));
    expect(manifest.leftOut).toEqual([]);
  });

  it('names what it leaves out', async () => {
    await home.query('CREATE TABLE theirs (id int)');
    const outcome = await home.fuse('backup', '--to', home.backups);
    expect(outcome).toMatchObject({ code: 0, stderr: 'Left out the table theirs: it is not ours.\n' });
  });

  it('shows one moment, while writes go on', async () => {
    const app = await home.start();
    const client = app.as(await app.newUser());
    let going = true;
    const writers = Array.from({ length: 4 }, async () => {
      for (let made = 0; going; made++)
        expect((await client.post('/tasks', { title: `${made}` })).status).toBe(201);
    });
    const backups = [await backUp(), await backUp(), await backUp()];
    going = false;
    await Promise.all(writers);
    await app.close();
    const counts: number[] = [];
    for (const backup of backups) {
      const target = await another();
      expect(await target.fuse('restore', backup)).toEqual(done);
      const [row] = await target.query<{ tasks: number; events: number }>(
        `SELECT (SELECT count(*)::int FROM tasks) AS tasks, (SELECT count(*)::int FROM events WHERE type = 'task.created') AS events`,
      );
      expect(row?.tasks).toBe(row?.events);
      counts.push(row?.tasks ?? 0);
    }
    expect(new Set(counts).size).toBe(3);
  });

  it('links files that an earlier backup has, so that they take no room twice', async () => {
    const { app } = await filled();
    await app.close();
    const [first, second] = [await backUp(), await backUp()];
    const inodes = async (path: string) => {
      const names = (await readdir(join(path, 'blobs'), { recursive: true, withFileTypes: true })).filter(
        (e) => e.isFile(),
      );
      return Promise.all(names.map(async (e) => (await stat(join(e.parentPath, e.name))).ino));
    };
    expect((await inodes(first)).toSorted()).toEqual((await inodes(second)).toSorted());
    expect(basename(first) < basename(second)).toBe(true);
  });

  it.each([
    [['backup'], '--to'],
    [['backup', 'verify'], 'backup'],
    [['backup', 'prune', '.', '--keep', '0'], 'count'],
    [['backup', 'prune', '.'], '--keep'],
    [['restore'], 'backup'],
  ])('%j is wrong usage', async (args, named) => {
    expect(await home.fuse(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(named) });
  });

  it('has nothing to back up in an empty database, and leaves no backup', async () => {
    const empty = await another({ migrated: false });
    expect(await empty.fuse('backup', '--to', home.backups)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing to back up'),
    });
    expect((await home.fuse('backup', 'list', home.backups)).stdout).toBe('There is no backup.\n');
    expect(await home.fuse('backup', 'list', join(home.backups, 'none'))).toMatchObject({ code: 1 });
  });

  it('refuses a database that it could not restore', async () => {
    await home.query(
      `INSERT INTO migrations (timestamp, name) VALUES (1795305600001, 'Between1795305600001')`,
    );
    const outcome = await home.fuse('backup', '--to', home.backups);
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('Between1795305600001') });
    expect(await readdir(home.backups)).toEqual([]);
  });

  it('fails whole when it cannot write', async () => {
    await writeFile(join(home.backups, 'file'), '');
    const outcome = await home.fuse('backup', '--to', join(home.backups, 'file'));
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
  });
});
