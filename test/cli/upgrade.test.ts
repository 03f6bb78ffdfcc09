import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { contentReader, openBackup } from '../../apps/api/src/backup/backup-files';
import { FolderFiles } from '../../apps/api/src/backup/folder-place';
import { migrateExactly } from '../../apps/api/src/backup/migrate-exactly';
import { importTable } from '../../apps/api/src/backup/tables';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { migrations } from '../../apps/api/src/database/migrations';
import { itemsOf } from '../support/client';
import { Installation, readFiles } from './backup-world';
import { runShell, shellOf } from './document-shell';
import { ROOT } from './fuse';

/** A backup that each release has made, by its version: the data is the same in all of them. */
const RELEASES = join(ROOT, 'test/fixtures/backups');

let target: Installation;
let folder: string;

beforeEach(async () => {
  target = await Installation.make({ migrated: false });
  folder = await mkdtemp(join(tmpdir(), 'fuse-upgrade-'));
});

afterEach(async () => {
  await target.remove();
  await rm(folder, { recursive: true, force: true });
});

const rowsOf = (path: string) => openBackup(new FolderFiles(path)).then(({ manifest }) => manifest.tables);

/** What the data of a release looks like to those who use this one. */
async function expectAllOfIt(path: string): Promise<void> {
  for (const { name, rows } of await rowsOf(path)) {
    const [found] = await target.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM "${name}"`);
    const more = (name === 'events' && (found?.rows ?? 0) - rows) || 0;
    expect([name, found?.rows]).toEqual([name, rows + more]);
    expect(more).toBeLessThanOrEqual(1);
  }
  expect(await target.files()).toEqual(await readFiles(join(path, 'blobs')));
  const app = await target.start();
  const client = app.as(await app.newUser({ role: 'viewer' }));
  const [task] = itemsOf(await client.get('/tasks'));
  expect(task?.title).toBe('tab\tnew\nline \\N \\. 🧵');
  const files = itemsOf(await client.get(`/tasks/${task?.id}/attachments`));
  const content = await client.get(`/attachments/${files[0]?.id}/content`);
  expect([content.status, content.headers.get('content-length')]).toEqual([200, '300000']);
  const features = itemsOf(await client.get('/features?sort=name'));
  expect(features.map(({ name, currentStage }) => [name, currentStage])).toEqual([
    ['one', 'design'],
    ['other', 'planning'],
  ]);
  await app.close();
}

const PATIENCE = 180_000;

describe.each(['0.1.0'])('the data of release %s', (release) => {
  let path: string;

  beforeEach(async () => {
    const [name = ''] = await readdir(join(RELEASES, release));
    path = join(RELEASES, release, name);
  });

  it('is restored from its backup', async () => {
    const restored = await target.fuse('restore', path);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    const { migrations: applied } = JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')) as {
      migrations: string[];
    };
    const later = migrations.map(({ name }) => name).filter((name) => !applied.includes(name));
    expect(later.filter((name) => !restored.stdout.includes(`Applied ${name}\n`))).toEqual([]);
    await expectAllOfIt(path);
  });

  it(
    'is upgraded as docs/operations/upgrade.md says',
    async () => {
      await asItWas(path);
      const { env } = target;
      const [before] = await shellOf('upgrade.md', 'Before');
      expect(await runShell(folder, before, env)).toMatchObject({ code: 0 });
      const [upgrade] = await shellOf('upgrade.md', 'Upgrade');
      const upgraded = await runShell(folder, upgrade, env);
      expect(upgraded).toMatchObject({ code: 0, stderr: '' });
      expect(upgraded.stdout).toMatch(
        /^applied {2}Create(.|\n)*^pending {2}TellRestores\d+\n(.|\n)*^Applied TellRestores/m,
      );
      await expectAllOfIt(path);
      const [back, undo] = await shellOf('upgrade.md', 'Back to');
      // Into an embedded PostgreSQL that is new, since another was moved away.
      await mkdir(join(folder, '.data/postgres'), { recursive: true });
      const restored = await runShell(folder, back, { DATA_DIR: join(folder, '.data') });
      expect(restored.stdout).toMatch(/^Restored \d+ rows, 2 files(.|\n)*Mail and jobs go on\.\n$/m);
      expect((await runShell(folder, undo, env)).stdout).toMatch(/^Reverted \w+\n$/);
    },
    PATIENCE,
  );
});

/** Makes the target what that release had: its schema, its rows, its files. */
async function asItWas(path: string): Promise<void> {
  const backup = await openBackup(new FolderFiles(path));
  const read = await contentReader(backup, []);
  const dataSource = await createApiDataSource({ url: target.database.url, poolSize: 1 }).initialize();
  const runner = dataSource.createQueryRunner();
  const client = (await runner.connect()) as ClientBase;
  await migrateExactly(dataSource, runner, backup.manifest.migrations);
  await client.query(`SET session_replication_role = replica`);
  for (const table of backup.manifest.tables) await importTable(client, table, backup.manifest, read);
  await runner.release();
  await dataSource.destroy();
  await cp(join(path, 'blobs'), join(target.dataDir, 'blobs'), { recursive: true });
}
