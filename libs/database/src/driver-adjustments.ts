import type { DataSource, TableColumn } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';

const TIMESTAMP_TYPES: unknown[] = ['timestamptz', 'timestamp with time zone'];

/** The methods that are replaced; TypeORM declares the first private, and has no other way in. */
interface AdaptableDriver {
  defaultEqual(metadata: ColumnMetadata, column: TableColumn): boolean;
  preparePersistentValue(value: unknown, metadata: ColumnMetadata): unknown;
  prepareHydratedValue(value: unknown, metadata: ColumnMetadata): unknown;
}

/**
 * Two habits of TypeORM's driver that do not suit us: it takes CURRENT_TIMESTAMP for a drift from now(), since it writes the
 * former as the latter before comparing; and it makes a Date of every timestamp, which cuts `.123456` to `.123`.
 */
export function adaptDriver(dataSource: DataSource): void {
  const driver = dataSource.driver as unknown as AdaptableDriver;
  const defaultEqual = driver.defaultEqual.bind(driver);
  driver.defaultEqual = (metadata, column) =>
    (isCurrentTimestamp(metadata) && column.default === 'CURRENT_TIMESTAMP') ||
    defaultEqual(metadata, column);

  const persist = driver.preparePersistentValue.bind(driver);
  driver.preparePersistentValue = (value, metadata) =>
    isTimestampText(value, metadata) ? value : persist(value, metadata);

  const hydrate = driver.prepareHydratedValue.bind(driver);
  driver.prepareHydratedValue = (value, metadata) =>
    isTimestampText(value, metadata) ? value : hydrate(value, metadata);
}

function isCurrentTimestamp({ default: value }: ColumnMetadata): boolean {
  return typeof value === 'function' && String(value()).toUpperCase() === 'CURRENT_TIMESTAMP';
}

function isTimestampText(value: unknown, metadata: ColumnMetadata): boolean {
  return (
    typeof value === 'string' && metadata.transformer === undefined && TIMESTAMP_TYPES.includes(metadata.type)
  );
}
