import { createTestDatabase, type TestDatabase } from '@app/database';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DataSource } from 'typeorm';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { describeSchema } from '../../apps/api/src/database/schema-doc';

const DOCUMENT = join(__dirname, '../../docs/schema.md');

describe('docs/schema.md', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await createApiDataSource({ url: database.url, poolSize: 1 }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is what the migrated database shows (`npm run docs:schema` writes it anew)', async () => {
    const current = await describeSchema(dataSource);
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(DOCUMENT, current);
    expect(await readFile(DOCUMENT, 'utf8')).toBe(current);
  });

  it('has each entity with its columns, in the diagram and in the tables', async () => {
    const current = await describeSchema(dataSource);
    const [diagram = ''] = /^```mermaid$.*?^```$/ms.exec(current) ?? [];
    for (const { tableName, columns } of dataSource.entityMetadatas) {
      const [drawn = ''] = new RegExp(`^  ${tableName} \\{$.*?^  \\}$`, 'ms').exec(diagram) ?? [];
      const [listed = ''] = new RegExp(`^### ${tableName}$.*?(?=^##)`, 'ms').exec(current) ?? [];
      for (const { databaseName } of columns) {
        expect(drawn).toMatch(new RegExp(`^    \\S+ ${databaseName}\\b`, 'm'));
        expect(listed).toContain(`| \`${databaseName}\` |`);
      }
    }
    expect(diagram).toContain('users |o--o{ tasks : "assigned_to"');
    expect(diagram).toContain('features ||--o| code_metrics : "feature_id"');
  });
});
