import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { auditFor } from './support/audit';
import { fuse } from './support/cli';
import { connect, embeddedPid, embeddedUrl } from './support/database';
import { WriteLoad } from './support/load';
import { columnsOf, countRows, hashesOf, mustEqual, rowsOf, type Tables } from './support/rows';

/** A restore notes itself there on purpose, and in an event. */
const CHANGED = new Set(['installation_state', 'event_epochs']);

/** A backup is made, everything is destroyed, and the backup is restored. */
export const drill: Drill = {
  name: 'backup-restore',
  what: 'fuse backup under write load and again at rest, each verified; API and PostgreSQL killed, the data directory removed, and the backup restored: every row and every file is the same, and what was acknowledged before the first backup is in that one too',
  quick: false,
  async run(scene: Scene) {
    const settings = { DATA_DIR: join(scene.folder, 'data') };
    const backups = join(scene.folder, 'backups');
    const api = await Api.start(scene, settings);
    const load = new WriteLoad(api.port, await api.signIn());
    await load.more(300);
    const acknowledged = load.acknowledged.length;
    const early = await backUp(scene, settings, backups);
    await load.more(100);
    await load.stop();
    await untilRelayed(scene, settings.DATA_DIR);
    const late = await backUp(scene, settings, backups);
    const before = await stateOf(scene, settings.DATA_DIR);
    scene.count('rows', countRows(before.rows));
    scene.count('files', before.files.size);
    await destroy(api, settings.DATA_DIR);
    await restore(scene, settings, late);
    await api.restart();
    const after = await stateOf(scene, settings.DATA_DIR);
    mustEqual(scene, 'after the restore', before.rows, after.rows);
    const files = [...before.files].filter(([name, hash]) => after.files.get(name) !== hash);
    scene.must('every file is what it was', files.length === 0, files.slice(0, 3));
    scene.must('no file is there that was not', after.files.size === before.files.size, after.files.size);
    const client = await api.client();
    await auditFor(scene, load, await connect(scene, embeddedUrl(settings.DATA_DIR)), client);
    client.close();
    await destroy(api, settings.DATA_DIR);
    await restore(scene, settings, early);
    await api.restart();
    await checkEarly(scene, load, acknowledged, await connect(scene, embeddedUrl(settings.DATA_DIR)));
  },
};

/** Positions are given to events in the background: from then on nothing changes any more. */
async function untilRelayed(scene: Scene, dataDir: string): Promise<void> {
  const database = await connect(scene, embeddedUrl(dataDir));
  while ((await database.query('SELECT FROM events WHERE position IS NULL LIMIT 1')).rowCount !== 0);
}

async function backUp(scene: Scene, settings: Record<string, string>, to: string): Promise<string> {
  await mkdir(to, { recursive: true });
  const made = await fuse(settings, 'backup', '--to', to);
  scene.must('a backup is made', made.code === 0, made);
  const path = made.stdout.split('\n').find((line) => line.startsWith(to)) ?? '';
  const verified = await fuse(settings, 'backup', 'verify', path);
  scene.must('it is verified', verified.code === 0, verified);
  scene.say(verified.stdout.trim());
  return path;
}

async function destroy(api: Api, dataDir: string): Promise<void> {
  const postgres = embeddedPid(dataDir);
  const gone = api.kill();
  process.kill(postgres, 'SIGKILL');
  await gone;
  await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
}

async function restore(scene: Scene, settings: Record<string, string>, backup: string): Promise<void> {
  const began = performance.now();
  const restored = await fuse(settings, 'restore', backup, '--keep-sessions');
  scene.must('it is restored', restored.code === 0, restored);
  scene.say(restored.stdout.trim());
  scene.count('seconds that the last restore took', Math.round((performance.now() - began) / 1000));
}

async function stateOf(scene: Scene, dataDir: string) {
  const database = await connect(scene, embeddedUrl(dataDir));
  const columns = Object.entries(await columnsOf(database)).filter(([table]) => !CHANGED.has(table));
  const rows: Tables = await rowsOf(database, Object.fromEntries(columns));
  await database.end();
  const events = rows['events']?.filter(({ type }) => type !== 'database.restored') ?? [];
  return { rows: { ...rows, events }, files: await hashesOf(join(dataDir, 'blobs')) };
}

/** A backup that was made under load has all that was acknowledged before it began. */
async function checkEarly(scene: Scene, load: WriteLoad, acknowledged: number, database: Client) {
  const marks = load.acknowledged.slice(0, acknowledged).filter(({ kind }) => kind !== 'change');
  const { rows } = await database.query<{ mark: string }>(
    'SELECT title AS mark FROM tasks UNION ALL SELECT content FROM messages UNION ALL SELECT filename FROM attachments',
  );
  const there = new Set(rows.map(({ mark }) => mark));
  const missing = marks.filter(({ mark }) => !there.has(mark)).map(({ mark }) => mark);
  scene.must(
    'a backup under load has what was acknowledged before',
    missing.length === 0,
    missing.slice(0, 3),
  );
}
