import { Client, type ClientConfig, type QueryResultRow } from 'pg';
import type { Statement, SqlValue } from './statement';

/** The socket of a client, which `pg` does not declare. */
interface Corkable {
  readonly connection: { readonly stream: { cork(): void; uncork(): void } };
}

/** How busy the connections of a pipeline are at this moment. */
export interface PipelineLoad {
  readonly open: number;
  /** Statements that were sent and are not answered yet. */
  readonly pending: number;
}

/**
 * A few connections that many short statements share. A statement does not wait for the one before it to be answered
 * (pipeline mode), and all that are asked for within one turn of the event loop leave in one write. Statements are
 * answered in order, so a slow one holds up those behind it: only short, bounded ones belong here, and no transactions.
 */
export class Pipeline {
  private readonly lanes: Lane[];

  constructor(config: ClientConfig, size: number) {
    this.lanes = Array.from({ length: size }, () => new Lane(config));
  }

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[]): Promise<Row[]> {
    return this.leastBusy().query<Row>(statement, values);
  }

  /** The connection with the fewest statements under way: for two that belong on one, in their order. */
  leastBusy(): Pick<Lane, 'query'> {
    return this.lanes.reduce((least, each) => (each.pending < least.pending ? each : least));
  }

  get load(): PipelineLoad {
    return {
      open: this.lanes.filter((lane) => lane.open).length,
      pending: this.lanes.reduce((sum, lane) => sum + lane.pending, 0),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }
}

/** One connection, made when it is first needed and again after it broke. */
class Lane {
  pending = 0;
  private client: Client | undefined;
  private corked = false;

  constructor(private readonly config: ClientConfig) {}

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[]): Promise<Row[]> {
    this.client ??= this.connect();
    this.cork(this.client);
    this.pending++;
    try {
      const result = await this.client.query<Row>({
        name: statement.name,
        text: statement.text,
        values: values as SqlValue[],
      });
      return result.rows;
    } finally {
      this.pending--;
    }
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
    const { stream } = (client as unknown as Corkable).connection;
    this.corked = true;
    stream.cork();
    setImmediate(() => {
      this.corked = false;
      stream.uncork();
    });
  }
}
