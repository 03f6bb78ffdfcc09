import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FUSE, ownEnvironment, ROOT, SMALL, spawnFuse } from './fuse';

const PATIENCE = 120_000;

let folder: string;
let env: { DATA_DIR: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fuse-cli-'));
  env = { DATA_DIR: join(folder, 'data') };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const inPostgres = (name: string) => join(env.DATA_DIR, 'postgres', name);

/** Waits until there is a server. */
async function serverPid(): Promise<number> {
  const file = inPostgres('data/postmaster.pid');
  for (;;) {
    const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : NaN;
    if (pid > 0) return pid;
    await delay(2);
  }
}

describe('without DATABASE_URL and without a server', () => {
  it(
    'starts the embedded PostgreSQL for as long as the command takes',
    async () => {
      const imported = await spawnFuse(env, ['import', 'github', SMALL]);
      expect(imported).toMatchObject({ code: 0, stdout: expect.stringMatching(/^messages +9 +0 +0$/m) });
      expect(existsSync(inPostgres('data/postmaster.pid'))).toBe(false);
      const again = await spawnFuse(env, ['import', 'github', SMALL]);
      expect(again).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^messages +0 +9 +0$/m),
        stderr: '',
      });
    },
    PATIENCE,
  );

  it(
    'takes it along when it is interrupted',
    async () => {
      const [node, ...args] = FUSE;
      const child = spawn(node, [...args, 'db', 'migrate'], { cwd: ROOT, env: ownEnvironment(env) });
      const ended = once(child, 'exit');
      const pid = await serverPid();
      child.kill('SIGTERM');
      await ended;
      expect(child.exitCode).toBe(143);
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
    PATIENCE,
  );
});
