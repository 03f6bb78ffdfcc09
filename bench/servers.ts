import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/support/free-port';

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** How late the timers of a process were, ms. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A server that tells how late its event loop was. */
export interface WatchedServer extends Server {
  /** Since the last time it was asked. */
  loopDelay(): Promise<LoopDelay>;
}

interface Started {
  readonly child: ChildProcess;
  readonly server: Server;
}

async function start(
  script: string,
  env: Record<string, string>,
  flags: readonly string[] = [],
  talks = false,
): Promise<Started> {
  const port = await freePort();
  const child = spawn(process.execPath, [...flags, script], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'inherit', ...(talks ? (['ipc'] as const) : [])],
  });
  await ready(child);
  child.stdout?.resume();
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { child, server: { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop } };
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
const OURS = join(ROOT, 'dist/apps/api/src/main.js');

/** Variables and flags of Node, as `npm start` gives them to the server. */
function asStarted(): { env: Record<string, string>; flags: readonly string[] } {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const [, variables = '', flags = ''] = /exec env (.+) \S+\/node (.+) dist/.exec(scripts.start) ?? [];
  const env = Object.fromEntries(variables.split(' ').map((each) => each.split('=') as [string, string]));
  return { env, flags: flags.split(' ') };
}

/** Ours with everything on: session check, validation, events, request log (to a pipe), rate limit at a size that lets the run through. */
export async function startOurs(
  databaseUrl: string,
  secret: string,
  env?: Record<string, string>,
): Promise<Server>;
export async function startOurs(
  databaseUrl: string,
  secret: string,
  env: Record<string, string>,
  watched: { watched: true },
): Promise<WatchedServer>;
export async function startOurs(
  databaseUrl: string,
  secret: string,
  env: Record<string, string> = {},
  { watched = false } = {},
): Promise<Server | WatchedServer> {
  const settings = {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: secret,
    RATE_LIMIT_PER_MINUTE: '1000000000',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'fuse-bench-')),
    ...env,
  };
  const started = asStarted();
  const preload = watched ? ['--require', join(__dirname, 'loop-delay.js')] : [];
  const { child, server } = await start(
    OURS,
    { ...started.env, ...settings },
    [...started.flags, ...preload],
    watched,
  );
  if (!watched) return server;
  const loopDelay = async () => {
    const answered = once(child, 'message');
    child.send('how late');
    return (await answered)[0] as LoopDelay;
  };
  return { ...server, loopDelay };
}

/** Ours with nothing set: on its own PostgreSQL in `dataDir`. */
export async function startEmbedded(dataDir: string): Promise<Server> {
  const { env, flags } = asStarted();
  return (await start(OURS, { ...env, DATA_DIR: dataDir }, flags)).server;
}

export async function startYardstick(databaseUrl: string, secret: string): Promise<Server> {
  const script = join(__dirname, 'yardstick.js');
  return (await start(script, { DATABASE_URL: databaseUrl, JWT_SECRET: secret })).server;
}
