import type { Socket } from 'node:net';
import { Client, type ClientConfig, type QueryResult, type QueryResultRow } from 'pg';
import { Descriptions, PreparedQuery } from './prepared-query';
import type { Statement, SqlValue } from './statement';

/** Statements that take long end sooner by themselves (`lanes.ts`). */
const SILENCE_MS = 12_000;

/** A client with its socket, which `pg` does not declare. */
interface Connected {
  readonly connection: { readonly stream: Socket };
}

/**
 * One connection in pipeline mode, made when it is first needed and again after it broke: a statement does not wait for
 * the one before it to be answered, and all that are sent within one turn of the event loop leave in one write.
 */
export class Connection {
  /** Statements that were sent and not answered yet. */
  pending = 0;
  private client: Client | undefined;
  private descriptions = new Descriptions();
  private corked = false;
  private silence: NodeJS.Timeout | undefined;

  /** @param silenceMs without an answer after which the server is given up */
  constructor(
    private readonly config: ClientConfig,
    private readonly silenceMs = SILENCE_MS,
  ) {}

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[]): Promise<Row[]> {
    const { rows } = await this.send<Row>(statement, values);
    return rows;
  }

  send<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly SqlValue[] = [],
  ): Promise<QueryResult<Row>> {
    this.client ??= this.connect();
    this.cork(this.client);
    if (this.pending++ === 0) this.listen();
    const { promise, resolve, reject } = Promise.withResolvers<QueryResult<Row>>();
    const query = new PreparedQuery<Row>(statement, values, this.descriptions, (error, result) => {
      this.pending--;
      this.silence?.refresh();
      if (error) reject(error);
      else resolve(result);
    });
    this.client.query(query);
    return promise;
  }

  /** Sends what waits for the end of this turn. */
  flush(): void {
    if (!this.corked || !this.client) return;
    this.corked = false;
    socketOf(this.client).uncork();
  }

  get open(): boolean {
    return this.client !== undefined;
  }

  async close(): Promise<void> {
    await this.client?.end().catch(() => undefined);
  }

  private connect(): Client {
    this.descriptions = new Descriptions();
    const client = new Client({ ...this.config, pipeline: true });
    const forget = () => {
      if (this.client === client) this.client = undefined;
    };
    client.on('error', forget).on('end', forget);
    client.connect().catch(forget);
    return client;
  }

  /**
   * Counts the silence of the server from now on. This is one timer, and answers come by callback: by the timers and promises
   * that `pg` makes for each statement, V8 took what was answered for alive, and moved it to the old generation.
   */
  private listen(): void {
    if (this.silence) this.silence.refresh();
    else this.silence = setTimeout(() => this.giveUp(), this.silenceMs).unref();
  }

  /** Ends the connection; those who wait for an answer are told. */
  private giveUp(): void {
    this.silence = undefined;
    if (this.pending > 0 && this.client) socketOf(this.client).destroy();
  }

  private cork(client: Client): void {
    if (this.corked) return;
    this.corked = true;
    socketOf(client).cork();
    setImmediate(() => {
      this.corked = false;
      socketOf(client).uncork();
    });
  }
}

function socketOf(client: Client): Socket {
  return (client as unknown as Connected).connection.stream;
}
