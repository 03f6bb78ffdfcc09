// Compares the entities with what the migrations make, on a PostgreSQL of its own.
//   node scripts/migration.mjs AddLabels   writes apps/api/src/database/migrations/<timestamp>-AddLabels.ts
//   node scripts/migration.mjs --check     fails when there is something to write
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, inRoot } from './setup/paths.mjs';

const require = createRequire(import.meta.url);
const { runMigrations, startEmbeddedPostgres } = require('../dist/libs/database/src/index.js');
const { createApiDataSource } = require('../dist/apps/api/src/database/data-source.js');

const [name] = process.argv.slice(2);
if (!/^--check$|^[A-Z][A-Za-z0-9]+$/.test(name ?? '')) {
  process.stderr.write('Name the migration as a verb and a noun: npm run migration:generate -- AddLabels\n');
  process.exit(2);
}
process.exitCode = await onMigratedDatabase((url) =>
  runTypeorm(url, name === '--check' ? ['Drift', name] : [name]),
);

async function onMigratedDatabase(work) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fuse-migration-'));
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false });
  try {
    await migrate(postgres.url);
    return work(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function migrate(url) {
  const dataSource = await createApiDataSource({ url, poolSize: 1 }).initialize();
  try {
    await runMigrations(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function runTypeorm(url, [migration, ...flags]) {
  const path = join('apps', 'api', 'src', 'database', 'migrations', migration);
  const { status } = spawnSync(
    process.execPath,
    [
      ...[inRoot('node_modules', 'typeorm', 'cli.js'), 'migration:generate', path, ...flags],
      ...['--pretty', '--dataSource', join('scripts', 'migration-data-source.cjs')],
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, MIGRATION_DATABASE_URL: url } },
  );
  return status ?? 1;
}
