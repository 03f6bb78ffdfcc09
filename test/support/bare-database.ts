import { Client, Pool } from 'pg';
import { createTestDatabase, Database, type TestDatabase } from '@app/database';

/** A `Database` over one of its own, with tables that the test makes, and a connection beside it. */
export class BareDatabase {
  private constructor(
    private readonly testDatabase: TestDatabase,
    private readonly pool: Pool,
    readonly admin: Client,
    readonly database: Database,
  ) {}

  get url(): string {
    return this.testDatabase.url;
  }

  /** @param sql runs first */
  static async start(...sql: string[]): Promise<BareDatabase> {
    const testDatabase = await createTestDatabase();
    const admin = new Client({ connectionString: testDatabase.url });
    await admin.connect();
    for (const each of sql) await admin.query(each);
    const pool = new Pool({ connectionString: testDatabase.url });
    return new BareDatabase(testDatabase, pool, admin, new Database(pool));
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.pool.end();
    await this.admin.end();
    await this.testDatabase.drop();
  }
}
