import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function start(script: string, env: Record<string, string>): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(child);
  child.stdout?.resume();
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop };
}

async function ready(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the server exited before it served');
  });
  ended.catch(() => undefined);
  let output = '';
  while (!output.includes('is ready at')) {
    const [chunk] = (await Promise.race([once(child.stdout ?? child, 'data'), ended])) as [Buffer];
    output += chunk.toString();
  }
}

const ROOT = join(__dirname, '../../..');

/** Ours with everything on: session check, validation, events, request log (to a pipe), rate limit at a size that lets the run through. */
export function startOurs(
  databaseUrl: string,
  secret: string,
  env: Record<string, string> = {},
): Promise<Server> {
  return start(join(ROOT, 'dist/apps/api/src/main.js'), {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: secret,
    RATE_LIMIT_PER_MINUTE: '1000000000',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'fuse-bench-')),
    ...env,
  });
}

/** Ours with nothing set: on its own PostgreSQL in `dataDir`. */
export function startEmbedded(dataDir: string): Promise<Server> {
  return start(join(ROOT, 'dist/apps/api/src/main.js'), { DATA_DIR: dataDir });
}

export function startYardstick(databaseUrl: string, secret: string): Promise<Server> {
  return start(join(__dirname, 'yardstick.js'), { DATABASE_URL: databaseUrl, JWT_SECRET: secret });
}
