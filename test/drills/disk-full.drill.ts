import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Drill, Scene } from './framework/drill';
import { asRoot, PRIVATE_MOUNTS } from './framework/needs';
import { Api } from './support/api';
import { auditFor } from './support/audit';
import { connect, embeddedUrl } from './support/database';
import { type HttpClient, idOf, NoAnswer } from './support/http';
import { form, WriteLoad } from './support/load';

/** The embedded server is started anew after growing pauses of up to 10 s. */
const RECOVERY_MS = 20_000;

/** Becomes the server, with two small disks below its data directory that nobody else sees. */
const MOUNT = `mount -t tmpfs -o size=16m,mode=0700 tmpfs "$0/blobs" &&
  mount -t tmpfs -o size=256m,mode=0700 tmpfs "$0/postgres" && exec "$@"`;

/** The disk of the files runs full, then the one of the database, and each gets room again. */
export const drill: Drill = {
  name: 'disk-full',
  what: 'The disk of the attachments runs full, then the one of the embedded PostgreSQL, under load: 507 or 503 and nothing else, uploads leave no half files, the rest goes on, and all is served again once there is room',
  needs: [PRIVATE_MOUNTS],
  quick: false,
  async run(scene: Scene) {
    const dataDir = join(scene.folder, 'data');
    for (const name of ['blobs', 'postgres']) mkdirSync(join(dataDir, name), { recursive: true });
    const wrapper = ['unshare', ...asRoot(), '--mount', 'sh', '-c', MOUNT, dataDir];
    const api = await Api.start(scene, { DATA_DIR: dataDir }, wrapper);
    /** The data directory as the server sees it. */
    const seen = join(`/proc/${api.pid}/root`, dataDir);
    const client = await api.client(60_000);
    const load = new WriteLoad(api.port, await api.signIn(), { timeoutMs: 60_000 });
    await load.more(50);
    await fillBlobs(scene, client, seen);
    await fillDatabase(scene, client, load, seen);
    await load.stop();
    scene.must('each 503 says when to come again', load.withoutRetryAfter === 0, load.withoutRetryAfter);
    scene.count('answers', [...load.answers].map(([answer, times]) => `${times} × ${answer}`).join(', '));
    const url = embeddedUrl(join(seen));
    await auditFor(scene, load, await connect(scene, reachable(url, api.pid)), client);
    client.close();
  },
};

/** A socket below the mounts is reached through the server's own view of the files. */
function reachable(url: string, pid: number): string {
  const socket = new URL(url).searchParams.get('host') ?? '';
  return url.replace(encodeURIComponent(socket), encodeURIComponent(`/proc/${pid}/root${socket}`));
}

async function fillBlobs(scene: Scene, client: HttpClient, seen: string): Promise<void> {
  const id = idOf(await client.post('/tasks', { title: 'with a large file' }));
  const upload = () =>
    client.send('POST', '/attachments', form(id, 'large.bin', {}, Buffer.alloc(2 * 1024 ** 2, 'x')));
  const filler = fill(join(seen, 'blobs'));
  const refused = await upload();
  scene.must('an upload to a full disk is answered 507', refused.status === 507, refused.body.toString());
  const other = await client.post('/tasks', { title: 'beside a full disk' });
  scene.must('writes without a file go on', other.status === 201, other.status);
  rmSync(filler);
  const taken = await upload();
  scene.must('it is taken when there is room', taken.status === 201, taken.body.toString());
}

async function fillDatabase(scene: Scene, client: HttpClient, load: WriteLoad, seen: string): Promise<void> {
  const large = { title: 'large', description: 'word '.repeat(9000) };
  const { met, filler } = await withFullDisk(client, join(seen, 'postgres'), large);
  const refused = ['507', '503'].reduce((sum, status) => sum + (met.get(status) ?? 0), 0);
  const others = [...met.keys()].filter((answer) => !['201', '507', '503'].includes(answer));
  scene.say(`a full database disk: ${[...met].map(([answer, times]) => `${times} × ${answer}`).join(', ')}`);
  scene.count('large writes refused for want of room', refused);
  scene.must('writes to a full disk are refused', refused >= 20, refused);
  scene.must('by 507 or 503', others.length === 0, others);
  const live = await client.get('//health/live');
  scene.must('the server lives', live.status === 200, live.status);
  rmSync(filler);
  const began = performance.now();
  while ((await answerTo(client, { title: 'room again' })) !== '201') await pause(20);
  await load.more(8);
  const took = Math.round(performance.now() - began);
  scene.count('ms until served again once there was room', took);
  scene.must('it is served again within 20 s', took <= RECOVERY_MS, took);
}

/** Fills it, and writes until the refusals have gone on for a while. */
async function withFullDisk(client: HttpClient, folder: string, large: object) {
  const filler = fill(folder);
  const met = new Map<string, number>();
  const until = performance.now() + 20_000;
  while (performance.now() < until) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => answerTo(client, large)));
    for (const answer of answers) met.set(answer, (met.get(answer) ?? 0) + 1);
    if (!answers.includes('201')) await pause(50);
  }
  return { met, filler };
}

async function answerTo(client: HttpClient, task: object): Promise<string> {
  try {
    return String((await client.post('/tasks', task)).status);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return error.code;
  }
}

/** Takes all room that is left. @returns the file that has it */
function fill(folder: string): string {
  const path = join(folder, 'filler');
  const file = openSync(path, 'w');
  for (const bytes of [1024 ** 2, 4096]) while (writes(file, Buffer.alloc(bytes)));
  closeSync(file);
  return path;
}

function writes(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return false;
  }
}
