import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@app/database';
import { rowsOf } from '../../support/connection';

/** What the process of owner.ts said. */
export interface Answer {
  readonly url: string;
  readonly started?: boolean;
  readonly code?: string;
  readonly message: string;
  readonly log: string[];
}

export interface Owner extends Answer {
  readonly pid: number;
  /** `stop`, `exit` without stopping, or `leave` to have nothing more to do; settles with the exit code. */
  tell(what: 'stop' | 'exit' | 'leave'): Promise<number | null>;
  /** `kill -9` */
  kill(): Promise<void>;
}

export interface OwnerOptions {
  readonly mode?: 'start' | 'connect';
  readonly durable?: boolean;
  readonly uid?: number;
  readonly gid?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** where owner.ts and typescript.cjs are run from; this directory unless told */
  readonly sources?: string;
}

const PATIENCE_MS = 20_000;

const children = new Map<ChildProcess, Promise<unknown>>();
const directories: string[] = [];

/** Starts a process of its own, without waiting for what it says. */
export function spawnOwner(dataDir: string, options: OwnerOptions = {}): ChildProcess {
  const sources = options.sources ?? __dirname;
  const args = [
    '--require',
    join(sources, 'typescript.cjs'),
    join(sources, 'owner.ts'),
    options.mode ?? 'start',
    dataDir,
  ];
  const child = spawn(process.execPath, [...args, options.durable ? 'durable' : 'fast'], {
    ...{ uid: options.uid, gid: options.gid, stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' },
    env: { PATH: process.env.PATH, ...options.env },
  });
  children.set(child, once(child, 'exit'));
  return child;
}

/** Starts a process of its own and waits until its server runs or is refused. */
export async function startOwner(dataDir: string, options: OwnerOptions = {}): Promise<Owner> {
  const child = spawnOwner(dataDir, options);
  return ownerOf(child);
}

export async function ownerOf(child: ChildProcess): Promise<Owner> {
  const ended = children.get(child);
  const answer = await firstLine(child);
  return {
    ...answer,
    pid: child.pid ?? 0,
    tell: async (what) => {
      child.stdin?.end(`${what}\n`);
      await ended;
      return child.exitCode;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<Answer> {
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Answer;
  throw new Error('The owner ended without a word; see its standard error above.');
}

/** A fresh data directory that any user may reach; `cleanUp` removes it. */
export function newDataDir(prefix = '/tmp/fuse-test-'): string {
  const directory = mkdtempSync(prefix);
  chmodSync(directory, 0o755);
  directories.push(directory);
  return join(directory, 'data dir');
}

let template: Promise<string> | undefined;

/** A data directory with a cluster in it already: a copy, which is quicker than making one. */
export async function usedDataDir(): Promise<string> {
  template ??= makeTemplate();
  const dataDir = newDataDir();
  cpSync(await template, dataDir, { recursive: true });
  return dataDir;
}

async function makeTemplate(): Promise<string> {
  const directory = mkdtempSync('/tmp/fuse-test-');
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const dataDir = join(directory, 'data');
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  await server.stop();
  return dataDir;
}

/** Ends what a failed test left running, and removes its directories. */
export async function cleanUp(): Promise<void> {
  for (const [child, ended] of children) {
    child.kill('SIGKILL');
    await ended;
  }
  children.clear();
  for (const directory of directories.splice(0)) {
    for (const name of readdirSync(directory)) await endServer(join(directory, name));
    rmSync(directory, { recursive: true, force: true });
  }
}

async function endServer(dataDir: string): Promise<void> {
  const pid = serverPid(dataDir);
  if (pid === undefined || !isServer(pid, dataDir)) return;
  process.kill(pid, 'SIGQUIT');
  await until(() => !isServer(pid, dataDir));
}

/** The process id in the cluster's postmaster.pid. */
export function serverPid(dataDir: string): number | undefined {
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/** Whether that process is a live server of this data directory. */
export function isServer(pid: number, dataDir: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${dataDir}/postgres/data`);
  } catch {
    return false;
  }
}

/** Waits for a condition; gives up before the test runner does, which would leave this waiting for ever. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Still not so: ${condition.toString()}`);
    await delay(2);
  }
}

/** Waits until a server takes connections there, after the one that did is gone. */
export async function untilAnswers(url: string): Promise<void> {
  await until(() =>
    rowsOf(url, 'SELECT 1').then(
      () => true,
      () => false,
    ),
  );
}
