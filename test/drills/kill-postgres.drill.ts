import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { auditFor } from './support/audit';
import { connect, embeddedPid, embeddedUrl } from './support/database';
import { WriteLoad } from './support/load';

/** `kill -9` of PostgreSQL, of one of its backends, and of everything at once, while people write. */
export const drill: Drill = {
  name: 'kill-postgres',
  what: 'kill -9 of the embedded PostgreSQL, of a backend of it, and of PostgreSQL and API together, in turns, under write load: what was acknowledged is there, once, with one event',
  quick: true,
  async run(scene: Scene) {
    const dataDir = join(scene.folder, 'data');
    const api = await Api.start(scene, { DATA_DIR: dataDir });
    const load = new WriteLoad(api.port, await api.signIn());
    const kills = scene.quick ? 2 : 18;
    for (let i = 1; i <= kills; i++) {
      await load.more(scene.quick ? 20 : 100);
      // At another moment of a transaction each time.
      await pause(Math.random() * 20);
      await [killBackend, killServer, killBoth][i % 3]?.(api, dataDir);
      scene.say(`killed ${i} of ${kills} times, ${load.acknowledged.length} writes acknowledged so far`);
    }
    await load.more(10);
    await load.stop();
    scene.count('kills', kills);
    scene.count('answers', [...load.answers].map(([answer, times]) => `${times} × ${answer}`).join(', '));
    const client = await api.client();
    await auditFor(scene, load, await connect(scene, embeddedUrl(dataDir)), client);
    scene.must('each 503 says when to come again', load.withoutRetryAfter === 0, load.withoutRetryAfter);
    client.close();
  },
};

async function killServer(_api: Api, dataDir: string): Promise<void> {
  process.kill(embeddedPid(dataDir), 'SIGKILL');
}

/** PostgreSQL then cuts off all others too, and recovers. */
async function killBackend(_api: Api, dataDir: string): Promise<void> {
  const postmaster = embeddedPid(dataDir);
  const lines = execFileSync('ps', ['--ppid', String(postmaster), '-o', 'pid=,args='], { encoding: 'utf8' });
  const backend = lines.split('\n').find((line) => line.includes('postgres: fuse'));
  if (backend !== undefined) process.kill(Number.parseInt(backend, 10), 'SIGKILL');
}

async function killBoth(api: Api, dataDir: string): Promise<void> {
  const postmaster = embeddedPid(dataDir);
  const gone = api.kill();
  process.kill(postmaster, 'SIGKILL');
  await gone;
  await api.restart();
}
