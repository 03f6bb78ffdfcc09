import { type CreateDataSourceOptions, createDataSource } from '@app/database';
import type { DataSource } from 'typeorm';
import { entities } from './entities';
import { migrations } from './migrations';

/** The API's entities and migrations on the database at `url`; not connected yet. */
export function createApiDataSource(
  options: Pick<CreateDataSourceOptions, 'url' | 'poolSize' | 'logging' | 'pooled'>,
): DataSource {
  return createDataSource({ ...options, entities, migrations });
}
