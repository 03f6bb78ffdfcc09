import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TestClient } from './client';

const MAIN = join(__dirname, '../../dist/apps/api/src/main.js');

/** The built server as a process of its own, as `npm start` runs it. */
export class ServerProcess {
  private readonly lines: string[] = [];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    this.exited = once(child, 'exit').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.lines.push(line));
    }
  }

  /**
   * @param settings the whole environment of the process, beside PATH and a port
   * @param wrapper a command that becomes the server: `unshare --mount`
   */
  static spawn(
    port: number,
    settings: Record<string, string>,
    wrapper: readonly string[] = [],
  ): ServerProcess {
    const env = { PATH: process.env['PATH'], PORT: String(port), ...settings };
    const [file, ...args] = [...wrapper, process.execPath, MAIN];
    return new ServerProcess(spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }), port);
  }

  /** What it has printed so far. */
  get output(): string {
    return this.lines.join('\n');
  }

  get client(): TestClient {
    return new TestClient(`http://127.0.0.1:${this.port}`);
  }

  /** Resolves when it serves. @throws when it exits instead */
  async ready(): Promise<void> {
    const { stdout } = this.child;
    if (!stdout) throw new Error('the process has no output');
    const ended = this.exited.then(() => {
      throw new Error(`The server exited:\n${this.output}`);
    });
    while (!this.output.includes('is ready at')) await Promise.race([once(stdout, 'data'), ended]);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }
}
