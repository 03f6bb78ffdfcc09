import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { PgBouncer } from '../support/pgbouncer';
import type { Drill, Scene } from './framework/drill';
import { program } from './framework/needs';
import { Api } from './support/api';
import { auditFor } from './support/audit';
import { connect } from './support/database';
import { DEBIAN_POSTGRES, DebianPostgres } from './support/debian-postgres';
import { HaProxy } from './support/haproxy';
import { HttpClient } from './support/http';
import { WriteLoad } from './support/load';
import { OwnReads } from './support/own-reads';

/** Two API processes behind HAProxy, PgBouncer, a primary and its replica: each is killed while people write and read. */
export const drill: Drill = {
  name: 'scale',
  what: 'two API processes behind HAProxy, on PgBouncer, a primary and a replica; each part killed under load in turn: acknowledged writes are there, once, and nobody reads less than they wrote',
  needs: [DEBIAN_POSTGRES, program('pgbouncer'), program('haproxy')],
  quick: false,
  async run(scene: Scene) {
    const world = await setUp(scene);
    const { load, reads, api, proxy, bouncer, primary, replica } = world;
    await load.more(100);
    await broken(
      world,
      'an API process, kill -9',
      () => api[0].kill(),
      () => api[0].restart(),
    );
    await broken(
      world,
      'an API process, SIGTERM',
      () => api[1].stop(),
      () => api[1].restart(),
      { unnoticed: true },
    );
    await broken(
      world,
      'the replica, kill -9',
      () => replica.kill(),
      () => replica.restart(),
      { unnoticed: true },
    );
    await standingStill(world);
    await broken(
      world,
      'PgBouncer, kill -9',
      () => bouncer.kill(),
      () => bouncer.restart(),
    );
    await broken(
      world,
      'the primary, kill -9',
      () => primary.kill(),
      () => primary.restart(),
    );
    await broken(
      world,
      'HAProxy, kill -9',
      () => proxy.kill(),
      () => proxy.restart(),
    );
    await load.more(100);
    await reads.stop();
    await load.stop();
    scene.count('reads of own writes', reads.reads);
    scene.count('of them older than the write', reads.stale.length);
    scene.must('nobody reads less than they wrote', reads.stale.length === 0, reads.stale.slice(0, 5));
    const client = new HttpClient(proxy.port, await api[0].signIn());
    await auditFor(scene, load, await connect(scene, primary.url), client);
    client.close();
  },
};

interface World {
  readonly scene: Scene;
  readonly api: readonly [Api, Api];
  readonly proxy: HaProxy;
  readonly bouncer: PgBouncer;
  readonly primary: DebianPostgres;
  readonly replica: DebianPostgres;
  readonly load: WriteLoad;
  readonly reads: OwnReads;
}

async function setUp(scene: Scene): Promise<World> {
  const primary = await DebianPostgres.start(scene, 'primary');
  const replica = await primary.replica(scene, 'replica');
  const bouncer = await PgBouncer.start(primary.url, { servers: 10 });
  scene.after(() => bouncer.stop());
  const settings = {
    DATA_DIR: join(scene.folder, 'files'),
    DATABASE_URL: bouncer.url,
    DATABASE_POOLER: 'transaction',
    DATABASE_DIRECT_URL: primary.url,
    DATABASE_REPLICA_URL: replica.url,
    DRAIN_SECONDS: '2',
  };
  const first = await Api.start(scene, settings);
  const second = await Api.start(scene, settings);
  const proxy = await HaProxy.start(scene, [first.port, second.port]);
  scene.say('all parts serve');
  const token = await first.signIn();
  const admin = new HttpClient(proxy.port, token);
  const reads = await OwnReads.start(proxy.port, admin);
  admin.close();
  const load = new WriteLoad(proxy.port, token, { people: 4, proxied: true });
  return { scene, api: [first, second], proxy, bouncer, primary, replica, load, reads };
}

/**
 * Breaks a part, goes on for a moment without it, and mends it.
 * @param unnoticed nobody's read may fail meanwhile
 */
async function broken(
  { scene, load, reads }: World,
  part: string,
  smash: () => Promise<unknown>,
  mend: () => Promise<unknown>,
  { unnoticed = false } = {},
): Promise<void> {
  const failedBefore = reads.failed.length;
  const answersBefore = new Map(load.answers);
  const gaps = new Gaps(load);
  await smash();
  await pause(1500);
  await mend();
  await load.more(100);
  const gap = gaps.end();
  const failed = reads.failed.slice(failedBefore);
  scene.say(`${part}: no write for ${gap} ms at the longest, ${failed.length} reads failed`);
  scene.count(`ms without a write: ${part}`, gap);
  if (!unnoticed) return;
  scene.must(`no read fails: ${part}`, failed.length === 0, failed.slice(0, 5));
  const others = [...load.answers].filter(
    ([answer, count]) => !answer.startsWith('2') && count > (answersBefore.get(answer) ?? 0),
  );
  scene.must(`no write fails: ${part}`, others.length === 0, others);
}

/** A replica that receives and does not replay: what it shows gets older and older. */
async function standingStill({ scene, replica, load, reads }: World): Promise<void> {
  const failedBefore = reads.failed.length;
  const database: Client = await connect(scene, replica.url);
  await database.query('SELECT pg_wal_replay_pause()');
  await load.more(100);
  await pause(1500);
  await database.query('SELECT pg_wal_replay_resume()');
  await load.more(50);
  await database.end();
  scene.must(
    'no read fails: the replica, paused',
    reads.failed.length === failedBefore,
    reads.failed.slice(failedBefore),
  );
}

/** The longest time between two acknowledged writes. */
class Gaps {
  private longest = 0;
  private last: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly load: WriteLoad) {
    this.last = performance.now();
    this.timer = setInterval(() => this.look(), 2);
  }

  /** Milliseconds. */
  end(): number {
    clearInterval(this.timer);
    this.look();
    return Math.round(this.longest);
  }

  private look(): void {
    const { lastAcknowledged } = this.load;
    if (lastAcknowledged > this.last) this.last = lastAcknowledged;
    this.longest = Math.max(this.longest, performance.now() - this.last);
  }
}
