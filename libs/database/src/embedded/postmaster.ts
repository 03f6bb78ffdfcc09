import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterOptions } from './cluster';
import { EmbeddedPostgresError, errorFromOutput } from './errors';
import { commandFor } from './identity';
import { readPostmasterFile } from './postmaster-file';
import { isAlive, signal } from './processes';
import { SERVER_ENVIRONMENT } from './run-command';
import { closeLog, logSince, logSize, openLog } from './server-log';
import { PORT } from './socket';

export interface LaunchOptions extends ClusterOptions {
  readonly socketDirectory: string;
  readonly log: (line: string) => void;
}

/** A running server; `ended` settles when it is gone, whatever ended it. */
export interface Postmaster {
  readonly pid: number;
  readonly ended: Promise<void>;
  /** From now on its end is worth keeping this process alive for. */
  ref(): void;
}

/** The program and its arguments: an orphan is adopted only if it was started with the very same. */
export function serverCommand(options: LaunchOptions): { file: string; args: string[] } {
  const settings = [
    'listen_addresses=',
    `port=${PORT}`,
    `unix_socket_directories="${options.socketDirectory.replaceAll('"', '""')}"`,
    'unix_socket_permissions=0700',
    ...(options.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const args = ['-D', options.layout.cluster, ...settings.flatMap((setting) => ['-c', setting])];
  return { file: join(options.binaries.directory, 'bin', 'postgres'), args };
}

const ORPHANED_CHILDREN = /pre-existing shared memory block/;

/**
 * Starts the server and waits until it takes connections. Children of a server that was killed need a moment to notice:
 * until then a new one is refused, and tried again.
 *
 * @throws EmbeddedPostgresError with the last lines of the server's log
 */
export async function launch(options: LaunchOptions): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await launchOnce(options);
    if (typeof result !== 'string') return result;
    if (attempt === 50 || !ORPHANED_CHILDREN.test(result)) {
      throw errorFromOutput(`PostgreSQL did not start in ${options.layout.cluster}.`, result);
    }
    await delay(100);
  }
}

/** The running server, or what it logged before it gave up. */
async function launchOnce(options: LaunchOptions): Promise<Postmaster | string> {
  const { file, args } = serverCommand(options);
  const { uid, gid, ...command } = commandFor(options.identity, file, args);
  const log = openLog(options.layout.log);
  try {
    const before = logSize(log);
    // A process group of its own: Ctrl-C is for us, and the server outlives the requests that we still answer.
    const child = spawn(command.file, command.args, {
      ...{ uid, gid, cwd: '/', env: SERVER_ENVIRONMENT, detached: true },
      stdio: ['ignore', log, log],
    });
    const { pid } = child;
    const ended = endOf(child);
    if (pid === undefined) return await ended.then(() => 'It could not be run.');
    stopAtExit(pid, ended);
    if (!(await untilReady(options, child, pid))) return logSince(log, before) || 'It logged nothing.';
    child.unref();
    return { pid, ended, ref: () => child.ref() };
  } finally {
    closeLog(log);
  }
}

/** Settles when the process is gone; rejects when it could not even be started. */
function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => resolve());
    child.once('error', reject);
  });
}

/** The last resort for whoever exits without stopping the server. */
function stopAtExit(pid: number, ended: Promise<void>): void {
  const stop = () => signal(pid, 'SIGINT');
  process.once('exit', stop);
  void ended.finally(() => process.removeListener('exit', stop));
}

async function untilReady(options: LaunchOptions, child: ChildProcess, pid: number): Promise<boolean> {
  const begun = performance.now();
  let reportAt = begun + 1000;
  while (child.exitCode === null && child.signalCode === null) {
    const file = readPostmasterFile(options.layout.cluster);
    if (file?.pid === pid && file.status === 'ready') return true;
    if (performance.now() > reportAt) {
      options.log(`PostgreSQL is starting (${Math.round((performance.now() - begun) / 1000)} s so far) ...`);
      reportAt += 5000;
    }
    await delay(5);
  }
  return false;
}

/** A server that somebody else's death left to us; it is no child of ours, so its end has to be looked for. */
export function adopt(pid: number): Postmaster {
  const end = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    end.resolve();
  }, 20);
  timer.unref();
  stopAtExit(pid, end.promise);
  return { pid, ended: end.promise, ref: () => timer.ref() };
}

/**
 * Fast shutdown: clients are cut off, everything is written; a server that does not come to an end in a minute is made to
 * (the next start recovers from its log).
 */
export async function stopServer(server: Postmaster): Promise<void> {
  server.ref();
  signal(server.pid, 'SIGINT');
  if (await endsWithin(server, 60_000)) return;
  signal(server.pid, 'SIGQUIT');
  if (await endsWithin(server, 10_000)) return;
  throw new EmbeddedPostgresError('failed', `The embedded PostgreSQL, process ${server.pid}, does not stop.`);
}

async function endsWithin(server: Postmaster, milliseconds: number): Promise<boolean> {
  const patience = new AbortController();
  const timeout = delay(milliseconds, false, { signal: patience.signal }).catch(() => false);
  const ended = await Promise.race([server.ended.then(() => true), timeout]);
  patience.abort();
  return ended;
}
