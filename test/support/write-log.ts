import { Client } from 'pg';

/** What one transaction wrote: the tables, each once. */
export interface LoggedTransaction {
  readonly tables: readonly string[];
}

const SET_UP = `
  CREATE TABLE write_log (transaction_id xid8 NOT NULL, table_name TEXT NOT NULL, operation TEXT NOT NULL);
  CREATE FUNCTION log_write() RETURNS TRIGGER LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO write_log VALUES (pg_current_xact_id(), TG_TABLE_NAME, TG_OP);
    RETURN NULL;
  END $$;
  DO $$
  DECLARE name TEXT;
  BEGIN
    FOR name IN SELECT tablename FROM pg_tables
      WHERE schemaname = current_schema() AND tablename NOT IN ('write_log', 'migrations', 'rate_limits', 'event_origins')
    LOOP
      EXECUTE format('CREATE TRIGGER log_write AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION log_write()', name);
    END LOOP;
  END $$`;

/** Triggers on every table, but for counters and notes of who asks, that note which transaction wrote where: rows of `events` count when they are inserted. */
export class WriteLog {
  private constructor(private readonly client: Client) {}

  static async install(databaseUrl: string): Promise<WriteLog> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(SET_UP);
    return new WriteLog(client);
  }

  /** What was committed since the last call, transaction by transaction. Giving positions and noting what was written down are no changes. */
  async take(): Promise<LoggedTransaction[]> {
    const { rows } = await this.client.query<LoggedTransaction>(`
      WITH taken AS (DELETE FROM write_log RETURNING *)
      SELECT array_agg(DISTINCT table_name) AS tables FROM taken
      WHERE NOT (table_name IN ('events', 'erasures') AND operation = 'UPDATE') GROUP BY transaction_id`);
    return rows;
  }

  /** The types of the events that a request left. */
  async eventsOf(requestId: string): Promise<string[]> {
    const sql = 'SELECT type FROM events WHERE request_id = $1 ORDER BY id';
    const { rows } = await this.client.query<{ type: string }>(sql, [requestId]);
    return rows.map(({ type }) => type);
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
