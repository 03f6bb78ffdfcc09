import { statement } from '@app/database';
import type { TestApp, TestUser } from '../app';
import type { Answer, TestClient } from '../client';

export type Role = 'viewer' | 'user' | 'agent' | 'admin';

const SUSPEND_ADMINS = statement(`UPDATE users SET status = 'suspended' WHERE role = 'admin'`);
const REINSTATE = statement(`UPDATE users SET status = 'active' WHERE id = $1 AND status = 'suspended'`);

/** One user of each role, and the things that requests need, made over HTTP by who may make them. */
export class World {
  private count = 0;

  private constructor(
    readonly app: TestApp,
    readonly users: Readonly<Record<Role, TestUser>>,
    /** A second `user`, who owns nothing. */
    readonly stranger: TestUser,
  ) {}

  static async create(app: TestApp): Promise<World> {
    const [viewer, user, agent, admin, stranger] = [
      await app.newUser({ role: 'viewer' }),
      await app.newUser({ role: 'user' }),
      await app.newUser({ role: 'agent' }),
      await app.newUser({ role: 'admin' }),
      await app.newUser(),
    ];
    return new World(app, { viewer, user, agent, admin }, stranger);
  }

  /** Makes the installation one that has no administrator, until `reinstateAdmin`. */
  async suspendAdmins(): Promise<void> {
    await this.app.database.query(SUSPEND_ADMINS);
  }

  async reinstateAdmin(): Promise<void> {
    await this.app.database.query(REINSTATE, [this.users.admin.id]);
  }

  /** A word that no other call gets. */
  unique(): string {
    return `w${process.pid.toString(36)}x${++this.count}`;
  }

  as(user: TestUser): TestClient {
    return this.app.as(user);
  }

  /** Somebody who may make things: the given user, or the ordinary one in place of a viewer. */
  maker(user: TestUser): TestUser {
    return user.id === this.users.viewer.id ? this.users.user : user;
  }

  /** Makes something by a POST. @returns its id */
  async make(by: TestUser, path: string, body: unknown): Promise<string> {
    return idOf(await this.as(this.maker(by)).post(path, body));
  }

  task(by: TestUser): Promise<string> {
    return this.make(by, '/tasks', { title: 'A task' });
  }

  message(by: TestUser): Promise<string> {
    return this.make(by, '/messages', { content: 'A message' });
  }

  feature(by: TestUser): Promise<string> {
    return this.make(by, '/features', { name: 'A feature', description: 'What it does' });
  }
}

export function idOf(answer: Answer): string {
  if (answer.status !== 201) throw new Error(`nothing was made: ${answer.status} ${answer.text}`);
  return String(answer.body.id);
}
