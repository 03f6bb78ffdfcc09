import { Client, type ClientConfig } from 'pg';

interface Startup {
  getStartupConf(): Record<string, string>;
}

/**
 * A connection through a pooler that lends a server for one transaction at a time (PgBouncer's transaction mode). A prepared
 * statement would be looked for on a server that never saw it, so none has a name; and the time zone is a parameter of
 * the start by itself, which such poolers carry over to every server, while they refuse `options`.
 */
export class PooledClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    const startup = this as unknown as Startup;
    const parameters = startup.getStartupConf.bind(this);
    startup.getStartupConf = () => ({ ...parameters(), TimeZone: 'UTC' });
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    this.query = ((asked: unknown, ...rest: unknown[]) =>
      query(unnamed(asked), ...rest)) as typeof this.query;
  }
}

/** What `pg` runs by itself (a cursor, a COPY) stays the object that it is. */
function unnamed(asked: unknown): unknown {
  const named = typeof asked === 'object' && asked !== null && 'name' in asked && !('submit' in asked);
  return named ? { ...asked, name: undefined } : asked;
}
