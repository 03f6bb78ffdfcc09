import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HttpClient, json, NoAnswer, type Reply } from './http';

/** Reads after each write: the first come at once, the last when a replica will have it. */
const READS = 6;
const BETWEEN_MS = 5;

/** People who each change a task of their own, and look at once whether they see what they wrote. */
export class OwnReads {
  reads = 0;
  /** Reads that showed less than their own client had been told was written. */
  readonly stale: string[] = [];
  /** Reads that were answered by something else than 200, or not at all. */
  readonly failed: string[] = [];
  private readonly clients: HttpClient[] = [];
  private readonly work: Promise<void>[] = [];
  private stopping = false;

  private constructor(private readonly port: number) {}

  /** @param admin signed in as an administrator */
  static async start(port: number, admin: HttpClient, people = 4): Promise<OwnReads> {
    const load = new OwnReads(port);
    for (let i = 0; i < people; i++) {
      const client = await load.newPerson(admin);
      load.clients.push(client);
      load.work.push(load.person(client));
    }
    return load;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.work);
    for (const client of this.clients) client.close();
  }

  private async newPerson(admin: HttpClient): Promise<HttpClient> {
    const username = `reader-${randomUUID()}`;
    const person = { username, email: `${username}@example.org`, password: `password of ${username}` };
    await admin.post('/users', person);
    const login = await admin.post('/auth/login', { login: username, password: person.password });
    return new HttpClient(this.port, json(login)['accessToken'], undefined, 1);
  }

  private async person(client: HttpClient): Promise<void> {
    const made = await this.whole(client, 'POST', '/tasks', { title: 'own' });
    const path = `/tasks/${json(made)['id']}`;
    for (let i = 1; !this.stopping; i++) {
      // Repeated until it is acknowledged: the number is the same, so twice is once.
      await this.whole(client, 'PATCH', path, { description: String(i) });
      for (let look = 0; look < READS; look++) {
        await this.look(client, path, i);
        await pause(BETWEEN_MS);
      }
    }
  }

  private async look(client: HttpClient, path: string, written: number): Promise<void> {
    const reply = await this.answer(client, 'GET', path);
    if (typeof reply === 'string' || reply.status !== 200) {
      this.failed.push(typeof reply === 'string' ? reply : String(reply.status));
      return;
    }
    this.reads++;
    const shown = Number(json(reply)['description'] ?? 0);
    if (shown < written) this.stale.push(`${shown} instead of ${written}`);
  }

  /** Asks until it is answered by a 2xx. */
  private async whole(client: HttpClient, method: string, path: string, body: unknown): Promise<Reply> {
    for (;;) {
      const reply = await this.answer(client, method, path, body);
      if (typeof reply !== 'string' && reply.status < 300) return reply;
      await pause(20);
    }
  }

  private async answer(
    client: HttpClient,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Reply | string> {
    try {
      return await client.send(method, path, { body });
    } catch (error) {
      if (error instanceof NoAnswer) return error.code;
      throw error;
    }
  }
}
