import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createTestDatabase, Database } from '@app/database';
import { createApp } from '../../apps/api/src/app.setup';
import { AccessTokens } from '../../apps/api/src/auth/access-tokens';
import { SessionsService } from '../../apps/api/src/auth/sessions.service';
import { loadConfig } from '../../apps/api/src/config/config';
import { openDatabase } from '../../apps/api/src/database/open-database';
import { createLogger } from '../../apps/api/src/logger';
import type { UserRole } from '../../apps/api/src/users/user.entity';
import { UsersService } from '../../apps/api/src/users/users.service';
import { TestClient } from './client';

export interface TestUser {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
}

/** The whole application on a database of its own, listening on a free port of loopback. */
export class TestApp {
  private users = 0;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly databaseUrl: string,
    readonly dataDir: string,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  /**
   * @param settings environment variables beside the tests' own
   * @param shared the database of another one, which keeps it
   * @param log takes the lines of the log, of every level
   */
  static async start(
    settings: Record<string, string> = {},
    { shared, log }: { shared?: string; log?: (line: string) => void } = {},
  ): Promise<TestApp> {
    const database =
      shared === undefined ? await createTestDatabase() : { url: shared, drop: () => Promise.resolve() };
    const dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    const config = loadConfig({
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
      DATA_DIR: dataDir,
      DATABASE_POOL_SIZE: '5',
      MIGRATE_ON_START: 'false',
      RATE_LIMIT: 'off',
      FORECAST_INTERVAL_SECONDS: '0',
      JOBS: 'off',
      ...settings,
    });
    const dataSource = await openDatabase(config, database.url);
    const logger = log
      ? createLogger({ LOG_LEVEL: 'trace' }, { write: log })
      : createLogger({ LOG_LEVEL: 'silent' });
    const app = await createApp({ config, dataSource, logger });
    await app.listen(0, '127.0.0.1');
    const cleanUp = async () => {
      await app.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    };
    return new TestApp(app, await app.getUrl(), database.url, config.DATA_DIR, cleanUp);
  }

  /** A provider of the running application. */
  get<T>(token: abstract new (...args: never[]) => T): T {
    return this.app.get<T>(token as never, { strict: false });
  }

  get database(): Database {
    return this.get(Database);
  }

  /** A client without credentials. */
  get anonymous(): TestClient {
    return new TestClient(this.url);
  }

  as(user: Pick<TestUser, 'accessToken'>): TestClient {
    return new TestClient(this.url, user.accessToken);
  }

  /** Somebody who is signed in, made by the code that makes them for real. */
  async newUser({ role = 'user' }: { role?: UserRole } = {}): Promise<TestUser> {
    const username = `${role}-${++this.users}`;
    const email = `${username}@example.org`;
    const password = `password of ${username}`;
    const made = await this.get(UsersService).create(null, { username, email, password, role });
    const { id } = JSON.parse(made.text) as { id: string };
    const device = { ip: '127.0.0.1', userAgent: 'test' };
    const session = await this.get(SessionsService).open(this.database, id, device);
    const accessToken = await this.get(AccessTokens).sign(id, session.sessionId);
    return { id, username, email, password, accessToken };
  }

  close(): Promise<void> {
    return this.cleanUp();
  }
}
