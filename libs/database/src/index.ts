export { type SqlValue, type Statement, StatementCache, byKey, statement } from './statement';
export { Database, type DatabaseLoad } from './database';
export { type StatementObserver, type StatementPath } from './observer';
export { type Queryable, first, lookUp } from './queryable';
export { ReadShape, type ShapeColumn } from './read/shape';
export {
  type Filter,
  anyOf,
  atLeast,
  atMost,
  before,
  condition,
  equals,
  flag,
  onePlan,
  since,
} from './read/filters';
export { fullText } from './read/full-text';
export { decodeCursor, encodeCursor, fingerprint, InvalidCursor } from './read/cursor';
export { type BoundText, type CursorLimits, CursorReader } from './read/cursor-reader';
export { csvHeader } from './read/csv';
export { ReadList, type ListOptions, type Page, type PageRequest } from './read/list';
export { assignments, columnList, placeholders } from './write';
export { type CreateDataSourceOptions, createDataSource } from './data-source';
export {
  appliedMigrations,
  applyPending,
  DatabaseIsNewer,
  DatabaseNeedsAdoption,
  type MigrationState,
  migrationStatus,
  recordMigration,
  refuseNewerDatabase,
  revertLast,
  runMigrations,
  withMigrationLock,
} from './migrate';
export {
  type EmbeddedPostgres,
  EmbeddedPostgresError,
  type EmbeddedPostgresErrorCode,
  type EmbeddedPostgresOptions,
  connectOrStartEmbeddedPostgres,
  startEmbeddedPostgres,
} from './embedded';
export { type TestDatabase, createTestDatabase } from './testing/test-database';
export { DatabaseModule, type DatabaseSettings, poolOf } from './database.module';
export { ReplicatedDatabase } from './replica/replicated-database';
