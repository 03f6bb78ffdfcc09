import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { binariesFor, findBinaries } from '../../../libs/database/src/embedded/binaries';
import { createCluster } from '../../../libs/database/src/embedded/cluster';
import { prepareDirectories } from '../../../libs/database/src/embedded/directories';
import { chooseIdentity, commandFor } from '../../../libs/database/src/embedded/identity';
import { layoutOf } from '../../../libs/database/src/embedded/layout';
import { readOrCreatePassword } from '../../../libs/database/src/embedded/password';
import { freePort } from '../../support/free-port';
import type { Scene } from '../framework/drill';

interface Options {
  /** Settings of the server: `max_connections=20`. */
  readonly settings?: readonly string[];
  /** Beside the little that a server needs. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * A PostgreSQL as administrators run their own: it listens on loopback, and nobody starts it again. Its programs are those of
 * the embedded one.
 */
export class Postgres {
  private server: ChildProcess | undefined;

  private constructor(
    readonly url: string,
    private readonly log: string,
    private readonly command: { file: string; args: readonly string[]; uid?: number; gid?: number },
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Makes a cluster below the scene's folder and starts it; it is killed when the scene is over. */
  static async start(scene: Scene, { settings = [], env = {} }: Options = {}): Promise<Postgres> {
    const layout = layoutOf(join(scene.folder, 'server'));
    const identity = chooseIdentity(layout);
    prepareDirectories(layout, identity);
    const binaries = binariesFor(identity, findBinaries(), layout);
    const password = readOrCreatePassword(layout);
    await createCluster({ layout, identity, binaries, password, durable: true });
    const port = await freePort();
    const given = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...settings];
    const args = ['-D', layout.cluster, ...given.flatMap((setting) => ['-c', setting])];
    const command = commandFor(identity, join(binaries.directory, 'bin/postgres'), args);
    const url = `postgres://fuse:${password}@127.0.0.1:${port}/postgres`;
    const postgres = new Postgres(url, layout.log, command, env);
    scene.after(() => postgres.kill());
    await postgres.start();
    return postgres;
  }

  get pid(): number {
    return this.server?.pid ?? 0;
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const log = openSync(this.log, 'a');
    const { file, args, uid, gid } = this.command;
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', ...this.env };
    this.server = spawn(file, args, { uid, gid, env, cwd: '/', stdio: ['ignore', log, log] });
    closeSync(log);
    while (!(await this.answers())) {
      if (this.server.exitCode !== null) throw new Error(readFileSync(this.log, 'utf8').slice(-2000));
      await pause(5);
    }
  }

  /** Shuts it down, cutting off whoever is connected. */
  async stop(): Promise<void> {
    await this.end('SIGINT');
  }

  async kill(): Promise<void> {
    this.thaw();
    await this.end('SIGKILL');
  }

  /** Lets it say nothing any more, with every connection open: a network that swallows all, a disk that hangs. */
  freeze(): void {
    for (const pid of this.processes()) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.processes()) signal(pid, 'SIGCONT');
  }

  /** Whether it can be connected to, and answers. */
  async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { server } = this;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  }

  /** The server and its children (Linux: proc(5), the fourth field of /proc/pid/stat). */
  private processes(): number[] {
    const { server } = this;
    if (!server?.pid || server.exitCode !== null || server.signalCode !== null) return [];
    const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === this.pid);
    return [this.pid, ...children.map(Number)];
  }
}

function parentOf(pid: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
  } catch {
    return 0;
  }
}

/** A connection's process may have ended since it was looked up. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
