import { MailDispatcher } from '../../../apps/api/src/mail/mail.dispatcher';
import { TestApp, type TestUser } from '../app';
import type { Answer, TestClient } from '../client';
import { AnswerSchemas } from './answer-schemas';
import { type ApiDocument, type Operation, operationsOf, readDocument } from './document';
import type { Call, Scenario } from './scenario';
import { SCENARIOS } from './scenarios';
import { type Role, World } from './world';

/** What a structural test works with: the running API, its document, its users, and a scenario for each route. */
export class RouteSession {
  private constructor(
    readonly app: TestApp,
    readonly world: World,
    readonly document: ApiDocument,
    readonly schemas: AnswerSchemas,
    private readonly operations: ReadonlyMap<string, Operation>,
  ) {}

  /** @param log takes the lines of the log */
  static async start(log?: (line: string) => void): Promise<RouteSession> {
    // Open registration needs mail; nothing is sent, so that nothing is written but by requests.
    const mail = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'fuse@example.org' };
    const app = await TestApp.start({ REGISTRATION: 'open', ...mail }, log ? { log } : {});
    await app.get(MailDispatcher).onModuleDestroy();
    const document = await readDocument(app);
    const operations = new Map(operationsOf(document).map((operation) => [operation.key, operation]));
    return new RouteSession(app, await World.create(app), document, new AnswerSchemas(document), operations);
  }

  operation(key: string): Operation {
    const operation = this.operations.get(key);
    if (!operation) throw new Error(`there is no route ${key}`);
    return operation;
  }

  scenario(key: string): Scenario {
    const scenario = SCENARIOS[key];
    if (!scenario) throw new Error(`${key} has no scenario`);
    return scenario;
  }

  /** A user of that role who may send the request of that scenario. */
  actor(key: string, role: Role): Promise<TestUser> {
    return this.scenario(key).consumesActor
      ? this.app.newUser({ role })
      : Promise.resolve(this.world.users[role]);
  }

  /** The role as which a route is called when any would do: an ordinary user's, where they may. */
  usualRole(key: string): Role {
    const roles = this.operation(key)['x-permission']?.roles ?? ['user'];
    return roles.includes('user') ? 'user' : 'admin';
  }

  /** Who calls a route, and with what: ready to be sent, and to succeed before the next `prepare`. */
  async prepare(key: string, role = this.usualRole(key)): Promise<{ client: TestClient; call: Call }> {
    await this.world.reinstateAdmin();
    const actor = await this.actor(key, role);
    const call = await this.scenario(key).prepare(this.world, actor);
    return { client: this.client(key, actor), call };
  }

  client(key: string, actor: TestUser): TestClient {
    return this.operation(key)['x-public'] ? this.app.anonymous : this.app.as(actor);
  }

  send(client: TestClient, key: string, { path, body }: Call): Promise<Answer> {
    return client.send(this.operation(key).method, path, body);
  }

  /** Sends a request that must succeed. */
  async succeed(client: TestClient, key: string, call: Call): Promise<Answer> {
    const answer = await this.send(client, key, call);
    if (answer.status >= 300) throw new Error(`${key} failed: ${answer.status} ${answer.text}`);
    return answer;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
