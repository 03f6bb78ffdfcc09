import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../support/free-port';
import type { Scene } from '../framework/drill';
import { file, type Need } from '../framework/needs';

const BIN = '/usr/lib/postgresql/15/bin';

export const DEBIAN_POSTGRES: Need = file(join(BIN, 'postgres'), 'postgresql-15');

type Stage = Pick<Scene, 'folder' | 'after'>;

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to be root: then it is the user that Debian made for it. */
function account(): Account {
  if (process.geteuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A server of Debian's PostgreSQL 15 on a port of loopback, at one place however often it is started anew. */
export class DebianPostgres {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly password: string,
    private readonly account: Account,
  ) {}

  /** A cluster with the database `fuse`. @param settings beside those of every drill: `archive_mode=on` … */
  static async start(scene: Stage, name: string, settings: readonly string[] = []): Promise<DebianPostgres> {
    const server = await DebianPostgres.at(scene, name, randomBytes(12).toString('hex'));
    const words = join(server.folder, 'password');
    writeFileSync(words, server.password, { mode: 0o644 });
    server.run('initdb', [
      '-U',
      'fuse',
      '-A',
      'scram-sha-256',
      `--pwfile=${words}`,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
    ]);
    writeFileSync(join(server.data, 'postgresql.auto.conf'), settings.map((line) => `${line}\n`).join(''));
    await server.restart();
    server.run('createdb', ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'fuse', 'fuse']);
    return server;
  }

  /** A streaming replica of this server. */
  async replica(scene: Stage, name: string): Promise<DebianPostgres> {
    const server = await DebianPostgres.at(scene, name, this.password);
    const from = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'fuse'];
    server.run('pg_basebackup', [
      ...from,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '-C',
      '-S',
      name,
      '-D',
      server.data,
    ]);
    await server.restart();
    return server;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  get url(): string {
    return `postgres://fuse:${this.password}@127.0.0.1:${this.port}/fuse`;
  }

  /** What commands of PostgreSQL take from the environment. */
  get environment(): Record<string, string> {
    const { data: PGDATA, password: PGPASSWORD, port } = this;
    const PATH = `${BIN}:${process.env['PATH']}`;
    return {
      PATH,
      PGDATA,
      PGPASSWORD,
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'fuse',
      PGDATABASE: 'fuse',
    };
  }

  /** As a power failure would end it. */
  async kill(): Promise<void> {
    if (!this.child) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
    this.child = undefined;
  }

  async stop(): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGINT');
    await gone;
    this.child = undefined;
  }

  /** Starts it, and waits until it takes connections. */
  async restart(): Promise<void> {
    const patience = performance.now() + 30_000;
    while (!(await this.launch())) {
      // Processes of one that was killed need a moment to notice, and hold its memory until then.
      if (performance.now() > patience) throw new Error(`PostgreSQL does not start:\n${this.log}`);
      await pause(100);
    }
  }

  /** @returns whether it takes connections; false when it ended instead */
  private async launch(): Promise<boolean> {
    const log = openSync(join(this.folder, 'server.log'), 'a');
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${this.port}`,
      `unix_socket_directories=${this.folder}`,
    ];
    const child = spawn(
      join(BIN, 'postgres'),
      ['-D', this.data, ...settings.flatMap((each) => ['-c', each])],
      { ...this.account, cwd: '/', stdio: ['ignore', log, log] },
    );
    closeSync(log);
    this.child = child;
    while (child.exitCode === null && child.signalCode === null) {
      if (this.answers()) return true;
      await pause(20);
    }
    return false;
  }

  get log(): string {
    return readFileSync(join(this.folder, 'server.log'), 'utf8');
  }

  /** Runs one of PostgreSQL's programs as the server's user. @throws Error with what it said */
  run(program: string, args: readonly string[]): string {
    const env = { ...this.environment, LC_ALL: 'C.UTF-8' };
    return execFileSync(join(BIN, program), args, {
      ...this.account,
      cwd: '/',
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  private answers(): boolean {
    try {
      this.run('pg_isready', ['-q']);
      return true;
    } catch {
      return false;
    }
  }

  private static async at(scene: Stage, name: string, password: string): Promise<DebianPostgres> {
    const user = account();
    chmodSync(scene.folder, 0o755);
    const folder = join(scene.folder, name);
    mkdirSync(folder, { mode: 0o755 });
    const server = new DebianPostgres(folder, await freePort(), password, user);
    mkdirSync(server.data, { mode: 0o700 });
    if (user.uid !== undefined && user.gid !== undefined)
      for (const path of [folder, server.data]) chownSync(path, user.uid, user.gid);
    scene.after(() => server.stop());
    return server;
  }
}
