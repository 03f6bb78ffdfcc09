import { DataSource, type DataSourceOptions } from 'typeorm';
import { type ClientConfig, types } from 'pg';
import { adaptDriver } from './driver-adjustments';
import { PooledClient } from './pooled-client';

const MIGRATIONS_TABLE = 'migrations';

/** A setting that comes with the connection, so that it costs no statement. */
const UTC = '-c TimeZone=UTC';

/** A connection must be made, or one of the pool become free, within so many ms: else it is a failure (503). */
const LIMITS = { connectionTimeoutMillis: 5000, keepAlive: true };

export interface CreateDataSourceOptions {
  /** What `pg` takes: postgres://user:password@host:port/database. */
  readonly url: string;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly migrations: NonNullable<DataSourceOptions['migrations']>;
  /** Connections at most; 10 unless told. */
  readonly poolSize?: number;
  readonly logging?: DataSourceOptions['logging'];
  /** `url` leads to a pooler that lends a server for one transaction at a time. */
  readonly pooled?: boolean;
}

/**
 * A data source that is not connected yet. The schema comes from migrations alone, never from `synchronize`; times are UTC
 * and leave as RFC 3339 strings with the microseconds that the database keeps.
 */
export function createDataSource(options: CreateDataSourceOptions): DataSource {
  const { connectionString, ...settings } = connectionTo(options.url);
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.pooled ? options.url : connectionString,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
    synchronize: false,
    // The first migration makes the extension; connecting must not write.
    installExtensions: false,
    logging: options.logging ?? false,
    poolSize: options.poolSize ?? 10,
    extra: options.pooled ? { ...LIMITS, types: settings.types, Client: PooledClient } : settings,
  });
  adaptDriver(dataSource);
  return dataSource;
}

/** What `pg` takes to connect. `options` of the URL would replace further ones: they are taken out of it, and go first. */
export function connectionTo(url: string): ClientConfig & { readonly connectionString: string } {
  const given = /[?&]options=([^&]*)/.exec(url)?.[1];
  const connectionString = url.replace(/([?&])options=[^&]*&?/, '$1').replace(/[?&]$/, '');
  const options = given === undefined ? UTC : `${decodeURIComponent(given.replaceAll('+', ' '))} ${UTC}`;
  return { connectionString, options, types: { getTypeParser }, ...LIMITS };
}

const parseTimestamp = (text: string): string =>
  text.replace(/^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\+00$/, '$1T$2Z');

const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === types.builtins.TIMESTAMPTZ ? parseTimestamp : types.getTypeParser(oid, format);
