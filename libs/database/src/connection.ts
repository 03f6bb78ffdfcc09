import { Client, type ClientConfig, type QueryResult, type QueryResultRow } from 'pg';
import type { Statement, SqlValue } from './statement';

/** The socket of a client, which `pg` does not declare. */
interface Corkable {
  readonly connection: { readonly stream: { cork(): void; uncork(): void } };
}

/**
 * One connection in pipeline mode, made when it is first needed and again after it broke: a statement does not wait for
 * the one before it to be answered, and all that are sent within one turn of the event loop leave in one write.
 */
export class Connection {
  /** Statements that were sent and not answered yet. */
  pending = 0;
  private client: Client | undefined;
  private corked = false;

  constructor(private readonly config: ClientConfig) {}

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[]): Promise<Row[]> {
    const { rows } = await this.send<Row>(statement, values);
    return rows;
  }

  async send<Row extends QueryResultRow>(
    { name, text }: Statement,
    values: readonly SqlValue[] = [],
  ): Promise<QueryResult<Row>> {
    this.client ??= this.connect();
    this.cork(this.client);
    this.pending++;
    try {
      return await this.client.query<Row>({ name, text, values: values as SqlValue[] });
    } finally {
      this.pending--;
    }
  }

  /** Sends what waits for the end of this turn. */
  flush(): void {
    if (!this.corked || !this.client) return;
    this.corked = false;
    streamOf(this.client).uncork();
  }

  get open(): boolean {
    return this.client !== undefined;
  }

  async close(): Promise<void> {
    await this.client?.end().catch(() => undefined);
  }

  private connect(): Client {
    const client = new Client({ ...this.config, pipeline: true });
    const forget = () => {
      if (this.client === client) this.client = undefined;
    };
    client.on('error', forget).on('end', forget);
    client.connect().catch(forget);
    return client;
  }

  private cork(client: Client): void {
    if (this.corked) return;
    this.corked = true;
    streamOf(client).cork();
    setImmediate(() => {
      this.corked = false;
      streamOf(client).uncork();
    });
  }
}

function streamOf(client: Client): Corkable['connection']['stream'] {
  return (client as unknown as Corkable).connection.stream;
}
