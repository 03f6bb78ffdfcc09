import { freePort } from '../../support/free-port';
import { ServerProcess } from '../../support/server-process';
import type { Scene } from '../framework/drill';
import { HttpClient, json } from './http';

const ADMIN = { username: 'drill', email: 'drill@example.org', password: 'a password for drills' };
export const SECRET = 'a secret for drills alone, of 32+ bytes';

const SETTINGS = {
  JWT_SECRET: SECRET,
  ADMIN_USERNAME: ADMIN.username,
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  ACCESS_TOKEN_SECONDS: '86400',
  LOG_LEVEL: 'warn',
  RATE_LIMIT: 'off',
};

/** The built API as a process, at one port however often it is started anew. */
export class Api {
  process: ServerProcess;
  private ending = false;
  private token: string | undefined;

  private constructor(
    private readonly scene: Scene,
    readonly port: number,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly wrapper: readonly string[],
  ) {
    this.process = this.spawn();
  }

  /**
   * Starts it, with an administrator, and waits until it serves. It is stopped when the scene is over.
   * @param settings beside those of every drill: `DATA_DIR`, `DATABASE_URL` …
   * @param wrapper a command that becomes the server: `unshare --mount`
   */
  static async start(
    scene: Scene,
    settings: Readonly<Record<string, string>>,
    wrapper: readonly string[] = [],
  ): Promise<Api> {
    const api = new Api(scene, await freePort(), { ...SETTINGS, ...settings }, wrapper);
    scene.after(() => api.end());
    await api.process.ready();
    return api;
  }

  /** What it printed since it was last started. */
  get output(): string {
    return this.process.output;
  }

  get pid(): number {
    return this.process.child.pid ?? 0;
  }

  /** Kills it with -9 and waits until it is gone. */
  async kill(): Promise<void> {
    this.ending = true;
    this.process.child.kill('SIGKILL');
    await this.process.exited;
  }

  /** Starts it again, and waits until it serves. */
  async restart(): Promise<void> {
    this.process = this.spawn();
    await this.process.ready();
  }

  /** Sends SIGTERM. @returns the exit code; null when it did not end in a minute */
  async stop(): Promise<number | null> {
    this.ending = true;
    this.process.child.kill('SIGTERM');
    const patience = setTimeout(() => this.process.child.kill('SIGKILL'), 60_000);
    const { code } = await this.process.exited;
    clearTimeout(patience);
    return code;
  }

  /** The token of its administrator, who signs in once unless told otherwise. */
  async signIn({ anew = false } = {}): Promise<string> {
    if (anew || this.token === undefined) {
      const client = new HttpClient(this.port);
      const body = { login: ADMIN.email, password: ADMIN.password };
      const reply = await client.post('/auth/login', body);
      client.close();
      this.token = json(reply)['accessToken'];
    }
    if (this.token === undefined) throw new Error('nobody can sign in');
    return this.token;
  }

  /** Forgets the session, since all that there were have ended. */
  signOut(): void {
    this.token = undefined;
  }

  /** A client that is signed in. */
  async client(timeoutMs?: number): Promise<HttpClient> {
    return new HttpClient(this.port, await this.signIn(), timeoutMs);
  }

  private spawn(): ServerProcess {
    this.ending = false;
    const started = ServerProcess.spawn(this.port, { ...this.settings }, this.wrapper);
    void started.exited.then((how) => {
      if (!this.ending)
        this.scene.must('the API goes on', false, { ...how, said: started.output.slice(-2000) });
    });
    return started;
  }

  private async end(): Promise<void> {
    if (this.process.child.exitCode === null && this.process.child.signalCode === null) await this.stop();
  }
}
