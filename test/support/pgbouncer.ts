import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { until } from './until';

/** Debian keeps it out of an ordinary user's PATH. */
const PATH = `${process.env['PATH']}:/usr/sbin`;

export const HAS_PGBOUNCER = spawnSync('pgbouncer', ['--version'], { env: { PATH } }).status === 0;

/** A PgBouncer in transaction mode before a server, with fewer connections to it than clients have. */
export class PgBouncer {
  private child: ChildProcess;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    /** The address by which the given one is reached through it. */
    readonly url: string,
  ) {
    this.child = this.spawn();
  }

  static async start(server: string, { servers = 2 }: { servers?: number } = {}): Promise<PgBouncer> {
    const { username, password, pathname, searchParams, hostname, port: serverPort } = new URL(server);
    const folder = mkdtempSync(join(tmpdir(), 'fuse-pgbouncer-'));
    const port = await freePort();
    const users = join(folder, 'users.txt');
    writeFileSync(users, `"${username}" "${decodeURIComponent(password)}"\n`);
    writeFileSync(
      join(folder, 'pgbouncer.ini'),
      `[databases]
* = host=${searchParams.get('host') ?? hostname} port=${searchParams.get('port') ?? (serverPort || '5432')}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${servers}
max_client_conn = 200
server_login_retry = 1
query_wait_timeout = 30
`,
    );
    chmodSync(folder, 0o755);
    const bouncer = new PgBouncer(
      folder,
      port,
      `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`,
    );
    await bouncer.ready();
    return bouncer;
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async restart(): Promise<void> {
    this.child = this.spawn();
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(): ChildProcess {
    return spawnAsNobody('pgbouncer', ['-q', join(this.folder, 'pgbouncer.ini')]);
  }

  private async ready(): Promise<void> {
    const ended = failed(this.child);
    // Once it listens, its end is nobody's failure.
    ended.catch(() => undefined);
    await until(() => Promise.race([listens(this.port), ended]));
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }
}

/** It refuses to be root: then it is nobody in a namespace of its own, and enters what root's own files allow. */
function spawnAsNobody(command: string, args: readonly string[]): ChildProcess {
  const wrapped = process.geteuid?.() === 0 ? ['unshare', '--user', '--map-user=65534', command] : [command];
  const [file = command, ...rest] = wrapped;
  return spawn(file, [...rest, ...args], { env: { PATH }, stdio: ['ignore', 'inherit', 'inherit'] });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function failed(child: ChildProcess): Promise<never> {
  if (child.exitCode === null) await once(child, 'exit');
  throw new Error(`PgBouncer ended with ${child.exitCode}`);
}
