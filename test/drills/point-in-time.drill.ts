import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Drill, Scene } from './framework/drill';
import { program } from './framework/needs';
import { Api } from './support/api';
import { connect } from './support/database';
import { DebianCluster } from './support/debian-cluster';
import { DEBIAN_POSTGRES } from './support/debian-postgres';
import { shellOf, withValues } from './support/document';
import { type HttpClient, json, NoAnswer } from './support/http';

const PAGE = 'point-in-time.md';
const CLI = join(__dirname, '../../dist/apps/api/src/cli/main.js');
/** What the page promises, in ms. */
const MOST_LOST = 60_000;

/** docs/operations/point-in-time.md, line by line. */
export const drill: Drill = {
  name: 'point-in-time',
  what: 'every command of point-in-time.md on PostgreSQL 15 and pgBackRest: a restore to before a mistaken delete, then the loss of the server and its disk under load; at most 60 s are lost',
  needs: [DEBIAN_POSTGRES, program('pg_ctlcluster', 'postgresql-common'), program('pgbackrest')],
  quick: false,
  async run(scene: Scene) {
    const cluster = await DebianCluster.start(scene);
    const run = runner(scene, cluster);
    const settings = { DATA_DIR: join(scene.folder, 'files'), DATABASE_URL: cluster.url };
    const api = await Api.start(scene, settings);
    await run('Set it up');
    const info = await run('Back up');
    scene.must('there is a full backup', info.includes('full backup'), info);
    await mistakenDelete(scene, { api, cluster, run });
    await lostServer(scene, { api, cluster, run });
  },
};

type Run = (section: string, values?: Record<string, string>) => Promise<string>;

interface World {
  readonly api: Api;
  readonly cluster: DebianCluster;
  readonly run: Run;
}

/** Runs the commands of a section; blocks of values get the drill's own, and `fuse` is run beside the server. */
function runner(scene: Scene, cluster: DebianCluster): Run {
  const [places = ''] = shellOf(PAGE, 'Where things lie');
  const login = withValues(places, cluster.places);
  return async (section, values = {}) => {
    const blocks = shellOf(PAGE, section);
    const ofPostgres = blocks.filter((block) => !FUSE.test(block));
    const given = ofPostgres.map((block) =>
      block.startsWith('export ') ? withValues(block, values) : block,
    );
    const printed = await cluster.shell([login, ...given].join('\n'));
    const env = { DATABASE_URL: cluster.url, DATA_DIR: join(scene.folder, 'files') };
    const told = blocks.flatMap((block) => FUSE.exec(block)?.[1] ?? []).map((args) => fuse(args, env));
    return printed + told.join('');
  };
}

/** A block that is one call of `fuse`. */
const FUSE = /^npm run fuse -- (.*)\n$/;

function fuse(args: string, settings: NodeJS.ProcessEnv): string {
  const env = { PATH: process.env['PATH'], ...settings };
  return execFileSync(process.execPath, [CLI, ...args.split(' ')], { env, encoding: 'utf8' });
}

async function mistakenDelete(scene: Scene, { api, cluster, run }: World): Promise<void> {
  const old = await api.client();
  const ids: string[] = [];
  for (let i = 0; i < 50; i++) ids.push(json(await old.post('/tasks', { title: `kept ${i}` }))['id'] ?? '');
  const database = await connect(scene, cluster.url);
  // pgBackRest takes a backup that ended in an earlier second than the moment's.
  await pause(1100);
  const { rows } = await database.query<{ moment: string }>('SELECT clock_timestamp()::text AS moment');
  await pause(50);
  await database.query('DELETE FROM messages');
  await database.query('DELETE FROM tasks');
  const later = json(await old.post('/tasks', { title: 'after the mistake' }))['id'] ?? '';
  await api.stop();
  const began = performance.now();
  await run('Before a mistake', { MOMENT: rows[0]?.moment ?? '' });
  const took = performance.now() - began;
  await api.restart();
  scene.must('sessions of before have ended', (await old.get('/tasks')).status === 401);
  api.signOut();
  const client = await api.client();
  const found = await Promise.all(ids.map((id) => client.get(`/tasks/${id}`)));
  const missing = found.filter(({ status }) => status !== 200).length;
  scene.must('what was deleted by mistake is back', missing === 0, `${missing} missing`);
  const { status } = await client.get(`/tasks/${later}`);
  scene.must('what came after the moment is undone', status === 404, status);
  old.close();
  client.close();
  scene.count('s for the restore to a moment, with its new full backup', Number((took / 1000).toFixed(1)));
}

/** A task that was acknowledged, and when, by `performance.now()`. */
interface Acknowledged {
  readonly id: string;
  readonly at: number;
}

async function lostServer(scene: Scene, { api, cluster, run }: World): Promise<void> {
  const client = await api.client();
  const writer = new Writer(client);
  await untilArchived(scene, cluster);
  scene.say('a part of the log was archived; on to just before the next one');
  await pause(42_000);
  await cluster.kill();
  const died = performance.now();
  await run('When the server is lost');
  const restored = performance.now();
  const back = await writer.acknowledgedAfter(restored);
  await writer.stop();
  client.close();
  const database = await connect(scene, cluster.url);
  const { rows } = await database.query<{ id: string }>('SELECT id FROM tasks');
  const there = new Set(rows.map(({ id }) => id));
  const before = writer.acknowledged.filter(({ at }) => at <= died);
  const lost = before.filter(({ id }) => !there.has(id));
  const span = lost[0] === undefined ? 0 : died - lost[0].at;
  scene.count('writes before the loss', before.length);
  scene.count('of them lost with the disk', lost.length);
  scene.count('s lost (RPO)', Number((span / 1000).toFixed(1)));
  scene.count('s until the API took writes again (RTO)', Number(((back - died) / 1000).toFixed(1)));
  scene.must('at most 60 s are lost', span <= MOST_LOST, span);
  scene.must('something was kept after the backup', lost.length < before.length, before.length);
}

/** Resolves when one more part of the log has been archived, by the clock and not since it was full. */
async function untilArchived(scene: Scene, cluster: DebianCluster): Promise<void> {
  const database = await connect(scene, cluster.url);
  const count = async () => {
    const { rows } = await database.query<{ n: string }>('SELECT archived_count AS n FROM pg_stat_archiver');
    return Number(rows[0]?.n);
  };
  const before = await count();
  while ((await count()) === before) await pause(100);
  await database.end();
}

/** Somebody who makes one task after another. */
class Writer {
  readonly acknowledged: Acknowledged[] = [];
  private stopping = false;
  private readonly work: Promise<void>;

  constructor(private readonly client: HttpClient) {
    this.work = this.write();
  }

  /** @returns when the first write after `moment` was acknowledged */
  async acknowledgedAfter(moment: number): Promise<number> {
    for (;;) {
      const last = this.acknowledged.at(-1);
      if (last && last.at > moment) return last.at;
      await pause(5);
    }
  }

  stop(): Promise<void> {
    this.stopping = true;
    return this.work;
  }

  private async write(): Promise<void> {
    while (!this.stopping) {
      const id = await this.attempt();
      if (id !== undefined) this.acknowledged.push({ id, at: performance.now() });
      await pause(50);
    }
  }

  private async attempt(): Promise<string | undefined> {
    try {
      const reply = await this.client.post('/tasks', { title: `task ${randomUUID()}` });
      return reply.status === 201 ? json(reply)['id'] : undefined;
    } catch (error) {
      if (error instanceof NoAnswer) return undefined;
      throw error;
    }
  }
}
