import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { auditFor } from './support/audit';
import { connect } from './support/database';
import { type HttpClient, NoAnswer } from './support/http';
import { WriteLoad } from './support/load';
import { Postgres } from './support/postgres';

/** The longest that anybody may wait for an answer while the database is away, in ms. */
const LONGEST_WAIT_MS = 15_000;
const RECOVERY_MS = 2000;

/** The database goes away in three ways, and comes back, while people read and write. */
export const drill: Drill = {
  name: 'database-down',
  what: 'PostgreSQL shut down, killed, and frozen (connections open, no answer) under load: 503 with Retry-After within 15 s, and service within 2 s of its return',
  quick: true,
  async run(scene: Scene) {
    const postgres = await Postgres.start(scene);
    const settings = { DATABASE_URL: postgres.url, DATA_DIR: join(scene.folder, 'data') };
    const api = await Api.start(scene, settings);
    const load = new WriteLoad(api.port, await api.signIn(), { timeoutMs: 60_000 });
    const client = await api.client(60_000);
    await load.more(50);
    await outage(scene, client, load, 'shut down', {
      begin: () => postgres.stop(),
      end: () => postgres.start(),
    });
    await outage(scene, client, load, 'killed', {
      begin: () => postgres.kill(),
      end: () => postgres.start(),
    });
    if (!scene.quick)
      await outage(scene, client, load, 'frozen', {
        begin: () => Promise.resolve(postgres.freeze()),
        end: () => Promise.resolve(postgres.thaw()),
      });
    await load.stop();
    scene.count('slowest answer to a write', `${Math.round(load.slowestMs)} ms`);
    scene.must('each 503 says when to come again', load.withoutRetryAfter === 0, load.withoutRetryAfter);
    await auditFor(scene, load, await connect(scene, postgres.url), client);
    client.close();
  },
};

interface Fault {
  begin(): Promise<void>;
  end(): Promise<void>;
}

async function outage(scene: Scene, client: HttpClient, load: WriteLoad, how: string, fault: Fault) {
  const before = load.answers.get('503') ?? 0;
  await fault.begin();
  const read = await whileAway(client, '/tasks');
  const ready = await whileAway(client, '//health/ready');
  const live = await whileAway(client, '//health/live');
  scene.must(`${how}: a read is answered 503`, read.status === 503, read);
  scene.must(`${how}: the server is not ready`, ready.status === 503, ready);
  scene.must(`${how}: the server lives`, live.status === 200, live);
  const slowest = Math.max(read.ms, ready.ms);
  scene.must(`${how}: nobody waits longer than 15 s for a read`, slowest <= LONGEST_WAIT_MS, slowest);
  while ((load.answers.get('503') ?? 0) - before < 20) await pause(5);
  await fault.end();
  const back = performance.now();
  const served = await untilServed(client);
  await load.more(8);
  const written = load.lastAcknowledged - back;
  scene.say(`${how}: read after ${Math.round(served)} ms, written after ${Math.round(written)} ms`);
  scene.count(`ms until served again after it was ${how}`, Math.round(Math.max(served, written)));
  scene.must(`${how}: reads are served within 2 s`, served <= RECOVERY_MS, served);
  scene.must(`${how}: writes are served within 2 s`, written <= RECOVERY_MS, written);
}

async function whileAway(client: HttpClient, path: string) {
  try {
    const { status, headers, ms } = await client.get(path);
    return { status, retryAfter: headers['retry-after'], ms };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { status: 0, code: error.code, ms: error.ms };
  }
}

/** @returns ms until a read is answered 200, twenty times on end */
async function untilServed(client: HttpClient): Promise<number> {
  const began = performance.now();
  let since = began;
  for (let inRow = 0; inRow < 20;) {
    const { status } = await whileAway(client, '/tasks');
    if (status === 200) inRow++;
    else inRow = 0;
    if (inRow === 1) since = performance.now();
    await pause(10);
  }
  return since - began;
}
