import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '../../support/free-port';
import type { Scene } from '../framework/drill';

/** A cluster as Debian's own commands make and run it, with its configuration below the drill's folder. */
export class DebianCluster {
  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  static async start(scene: Scene): Promise<DebianCluster> {
    chmodSync(scene.folder, 0o755);
    const folder = join(scene.folder, 'cluster');
    mkdirSync(folder);
    if (process.geteuid?.() === 0) {
      const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
      chownSync(folder, id('-u'), id('-g'));
    }
    const cluster = new DebianCluster(folder, await freePort());
    const places = `--datadir=${folder}/data --socketdir=${folder} --logfile=${folder}/server.log`;
    scene.after(() => cluster.shell('pg_ctlcluster 15 drill stop --mode immediate || true'));
    await cluster.shell(`mkdir ${folder}/etc ${folder}/archive
      pg_createcluster 15 drill ${places} --port=${cluster.port} --start-conf=manual -- -U fuse -A trust -E UTF8 --locale=C.UTF-8
      pg_ctlcluster 15 drill start
      createdb fuse`);
    return cluster;
  }

  /** Only its own machine's users reach it, and are believed. */
  get url(): string {
    return `postgres://fuse@127.0.0.1:${this.port}/fuse`;
  }

  /** Where the page's commands find things. */
  get places(): Record<string, string> {
    return {
      CLUSTER: 'drill',
      PGDATA: join(this.folder, 'data'),
      CONFIG: join(this.folder, 'pgbackrest.conf'),
      ARCHIVE: join(this.folder, 'archive'),
    };
  }

  /** Runs commands as the server's user. @returns what they printed @throws Error when one failed, with all output */
  async shell(commands: string): Promise<string> {
    const bash = ['bash', '-euo', 'pipefail', '-c', commands];
    const [file = '', ...args] =
      process.geteuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...bash] : bash;
    const child = spawn(file, args, { cwd: '/', env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    if (child.exitCode !== 0) throw new Error(`${commands}\n${printed}${complained}`);
    return printed;
  }

  /** Kills the server with -9. Resolves when its process is gone: as long as it is there, another one takes its lock file for a living server's. */
  async kill(): Promise<void> {
    const pid = Number.parseInt(readFileSync(join(this.folder, 'data/postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
    await this.shell(`while [ -e /proc/${pid} ]; do sleep 0.02; done`);
  }

  /** What stands in the place of a login as `postgres` on a machine with this cluster alone. */
  private get environment(): NodeJS.ProcessEnv {
    const { folder, port } = this;
    return {
      PATH: `/usr/lib/postgresql/15/bin:${process.env['PATH']}`,
      LC_ALL: 'C.UTF-8',
      PG_CLUSTER_CONF_ROOT: join(folder, 'etc'),
      ...{ PGHOST: folder, PGPORT: String(port), PGUSER: 'fuse' },
      ...{
        PGBACKREST_PG1_SOCKET_PATH: folder,
        PGBACKREST_PG1_PORT: String(port),
        PGBACKREST_PG1_USER: 'fuse',
      },
      ...{ PGBACKREST_LOCK_PATH: join(folder, 'lock'), PGBACKREST_LOG_LEVEL_FILE: 'off' },
      PGBACKREST_LOG_LEVEL_CONSOLE: 'warn',
    };
  }
}

async function ended(child: ChildProcess): Promise<void> {
  await once(child, 'close');
}
