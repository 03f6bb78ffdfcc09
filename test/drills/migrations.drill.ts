import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Client } from 'pg';
import { revertLast } from '@app/database';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { migrations } from '../../apps/api/src/database/migrations';
import { describeSchema } from '../../apps/api/src/database/schema-doc';
import type { Drill, Scene } from './framework/drill';
import { Api, SECRET } from './support/api';
import { connect } from './support/database';
import { HttpClient } from './support/http';
import { WriteLoad } from './support/load';
import { Postgres } from './support/postgres';

const CLI = join(__dirname, '../../dist/apps/api/src/cli/main.js');

/** All migrations down but the first, on a database with rows, and up again, by two processes at once. */
export const drill: Drill = {
  name: 'migrations',
  what: 'Every migration but the first is reverted on a populated database; then two processes migrate at once: each migration is applied once, no row of the first schema is lost or changed, and the schema is the same as before',
  quick: false,
  async run(scene: Scene) {
    const postgres = await Postgres.start(scene);
    const settings = { DATABASE_URL: postgres.url, DATA_DIR: join(scene.folder, 'data') };
    const api = await Api.start(scene, settings);
    await populate(scene, api);
    await api.stop();
    const database = await connect(scene, postgres.url);
    const schema = await schemaOf(postgres.url);
    const whole = await rowsOf(database, await columnsOf(database));
    const undone = await revertAllButFirst(postgres.url);
    const columns = await columnsOf(database);
    const before = only(whole, columns);
    const counted = Object.values(before).reduce((sum, rows) => sum + rows.length, 0);
    scene.count('rows', counted);
    scene.count('migrations down and up', undone.length);
    compare(scene, 'after going down', before, await rowsOf(database, columns));
    const runs = await Promise.all([1, 2].map(() => migrate(settings)));
    const applied = runs.flatMap(({ output }) => undone.filter((name) => output.includes(`Applied ${name}`)));
    const codes = runs.map(({ code }) => code).join(' ');
    scene.must('both processes end well', codes === '0 0', runs);
    scene.must(
      'each migration is applied once',
      applied.toSorted().join() === undone.toSorted().join(),
      applied,
    );
    compare(scene, 'after going up', before, await rowsOf(database, columns));
    scene.must('the schema is the same as before', (await schemaOf(postgres.url)) === schema);
    await api.restart();
    // Sessions came later than the first schema.
    const client = new HttpClient(api.port, await api.signIn({ anew: true }));
    const page = await client.get('/tasks?count=exact');
    scene.must('it serves', page.status === 200, page.body.toString());
    client.close();
  },
};

async function populate(scene: Scene, api: Api): Promise<void> {
  const load = new WriteLoad(api.port, await api.signIn());
  await load.more(1000);
  await load.stop();
  const client = await api.client();
  for (let i = 0; i < 20; i++) {
    const feature = await client.post('/features', { name: `feature ${i}` });
    const { id } = JSON.parse(feature.body.toString()) as { id: string };
    await client.post(`/features/${id}/transitions`, { toStage: 'design' });
    await client.send('PUT', `/features/${id}/metrics`, { body: { linesOfCode: i } });
  }
  client.close();
}

async function revertAllButFirst(url: string): Promise<string[]> {
  const dataSource = await createApiDataSource({ url, poolSize: 1 }).initialize();
  try {
    const undone: string[] = [];
    while (undone.length < migrations.length - 1) undone.push((await revertLast(dataSource)) ?? 'none');
    return undone;
  } finally {
    await dataSource.destroy();
  }
}

/** `fuse db migrate`, as a process of its own. */
async function migrate(settings: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const env = { PATH: process.env['PATH'], JWT_SECRET: SECRET, LOG_LEVEL: 'warn', ...settings };
  const child = spawn(process.execPath, [CLI, 'db', 'migrate'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, output: out + err };
}

async function schemaOf(url: string): Promise<string> {
  const dataSource = await createApiDataSource({ url, poolSize: 1 }).initialize();
  try {
    return await describeSchema(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

type Columns = Readonly<Record<string, readonly string[]>>;
type Row = Readonly<Record<string, unknown>>;
type Tables = Readonly<Record<string, readonly Row[]>>;

async function columnsOf(database: Client): Promise<Columns> {
  const { rows } = await database.query<{ table: string; columns: string[] }>(`
    SELECT table_name AS table, array_agg(column_name::text) AS columns FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'migrations' GROUP BY 1`);
  return Object.fromEntries(rows.map(({ table, columns }) => [table, columns]));
}

async function rowsOf(database: Client, columns: Columns): Promise<Tables> {
  const tables: Record<string, Row[]> = {};
  for (const table of Object.keys(columns)) {
    const { rows } = await database.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM "${table}" t`);
    tables[table] = rows.map(({ row }) => row);
  }
  return only(tables, columns);
}

/** The rows with those columns alone, in a fixed order. */
function only(tables: Tables, columns: Columns): Tables {
  const picked = Object.entries(columns).map(([table, names]) => {
    const rows = (tables[table] ?? []).map((row) => pick(row, names));
    return [table, rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))] as const;
  });
  return Object.fromEntries(picked);
}

const pick = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(names.toSorted().map((name) => [name, row[name]]));

function compare(scene: Scene, when: string, before: Tables, now: Tables): void {
  for (const [table, rows] of Object.entries(before)) {
    const texts = new Set((now[table] ?? []).map((row) => JSON.stringify(row)));
    const missing = rows.filter((row) => !texts.has(JSON.stringify(row)));
    const same = missing.length === 0 && now[table]?.length === rows.length;
    scene.must(`${when}, ${table} is what it was`, same, missing.slice(0, 2));
  }
}
