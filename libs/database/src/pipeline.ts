import type { ClientConfig, QueryResultRow } from 'pg';
import { Connection } from './connection';
import type { Statement, SqlValue } from './statement';

/** How busy the connections of a pipeline are at this moment. */
export interface PipelineLoad {
  readonly open: number;
  /** Statements that were sent and are not answered yet. */
  readonly pending: number;
}

/**
 * A few connections that many short statements share. Statements are answered in order, so a slow one holds up those
 * behind it: only short, bounded ones belong here, and no transactions.
 */
export class Pipeline {
  private readonly connections: readonly Connection[];

  constructor(config: ClientConfig, size: number) {
    this.connections = Array.from({ length: size }, () => new Connection(config));
  }

  query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[]): Promise<Row[]> {
    return this.leastBusy().query<Row>(statement, values);
  }

  /** The connection with the fewest statements under way: for two that belong on one, in their order. */
  leastBusy(): Pick<Connection, 'query' | 'flush'> {
    return this.connections.reduce((least, each) => (each.pending < least.pending ? each : least));
  }

  get load(): PipelineLoad {
    return {
      open: this.connections.filter(({ open }) => open).length,
      pending: this.connections.reduce((sum, { pending }) => sum + pending, 0),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.map((each) => each.close()));
  }
}
