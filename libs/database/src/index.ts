export { type SqlValue, type Statement, StatementCache, statement } from './statement';
export { Database, type Queryable, first } from './database';
export { ReadShape, type ShapeColumn } from './read/shape';
export { type Filter, anyOf, atLeast, atMost, before, condition, equals, flag, since } from './read/filters';
export { InvalidCursor } from './read/cursor';
export { ReadList, type ListOptions, type Page, type PageRequest } from './read/list';
export { assignments, columnList, placeholders } from './write';
export { type CreateDataSourceOptions, createDataSource } from './data-source';
export {
  DatabaseIsNewer,
  DatabaseNeedsAdoption,
  type MigrationState,
  migrationStatus,
  revertLast,
  runMigrations,
} from './migrate';
export {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgresErrorCode,
  type EmbeddedPostgresOptions,
  connectOrStartEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded';
