import { DataSource, type DataSourceOptions } from 'typeorm';
import { types } from 'pg';
import { adaptDriver } from './driver-adjustments';

const MIGRATIONS_TABLE = 'migrations';

/** A setting that comes with the connection, so that it costs no statement. */
const UTC = '-c TimeZone=UTC';

export interface CreateDataSourceOptions {
  /** What `pg` takes: postgres://user:password@host:port/database. */
  readonly url: string;
  readonly entities: NonNullable<DataSourceOptions['entities']>;
  readonly migrations: NonNullable<DataSourceOptions['migrations']>;
  /** Connections at most; 10 unless told. */
  readonly poolSize?: number;
  readonly logging?: DataSourceOptions['logging'];
}

/**
 * A data source that is not connected yet. The schema comes from migrations alone, never from `synchronize`; times are UTC
 * and leave as RFC 3339 strings with the microseconds that the database keeps.
 */
export function createDataSource(options: CreateDataSourceOptions): DataSource {
  const dataSource = new DataSource({
    type: 'postgres',
    url: inUtc(options.url),
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
    synchronize: false,
    // The first migration makes the extension; connecting must not write.
    installExtensions: false,
    logging: options.logging ?? false,
    poolSize: options.poolSize ?? 10,
    extra: { options: UTC, types: { getTypeParser } },
  });
  adaptDriver(dataSource);
  return dataSource;
}

/** `options` of the URL would replace ours: ours follow them. */
const inUtc = (url: string): string =>
  url.replace(/[?&]options=[^&]*/, (given) => `${given}${encodeURIComponent(` ${UTC}`)}`);

const parseTimestamp = (text: string): string =>
  text.replace(/^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\+00$/, '$1T$2Z');

const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === types.builtins.TIMESTAMPTZ ? parseTimestamp : types.getTypeParser(oid, format);
