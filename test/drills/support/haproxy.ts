import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../support/free-port';
import type { Scene } from '../framework/drill';
import { HttpClient } from './http';

const CONFIGURATION = join(__dirname, '../../../ops/haproxy.cfg');
/** Debian keeps it out of an ordinary user's PATH. */
const PATH = `${process.env['PATH']}:/usr/sbin`;

/** HAProxy with the configuration that the project ships. */
export class HaProxy {
  private child: ChildProcess;

  private constructor(
    readonly port: number,
    private readonly servers: readonly [number, number],
  ) {
    this.child = this.spawn();
  }

  static async start(scene: Scene, servers: readonly [number, number]): Promise<HaProxy> {
    const proxy = new HaProxy(await freePort(), servers);
    scene.after(() => proxy.kill());
    await proxy.ready();
    return proxy;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  async restart(): Promise<void> {
    this.child = this.spawn();
    await this.ready();
  }

  private spawn(): ChildProcess {
    const [first, second] = this.servers.map((port) => `127.0.0.1:${port}`);
    const env = { PATH, LISTEN: `127.0.0.1:${this.port}`, API1: first, API2: second };
    // Without a master: what is killed is what serves.
    return spawn('haproxy', ['-db', '-q', '-f', CONFIGURATION], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  private async ready(): Promise<void> {
    const client = new HttpClient(this.port, undefined, 1000, 1);
    const serves = () =>
      client.get('//health/ready').then(
        ({ status }) => status === 200,
        () => false,
      );
    while (!(await serves())) {
      if (this.child.exitCode !== null) throw new Error('HAProxy ended');
      await pause(50);
    }
    client.close();
  }
}
