import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Client } from 'pg';

/** How long each analysis takes in PostgreSQL, over 10,000 features with 80,000 transitions. Build first; no options. */
const FEATURES = 10_000;
const MOVES = 8;
const RUNS = 11;

const STAGES = ['planning', 'design', 'development', 'testing', 'review', 'deployment', 'completed'];
const COMMON = [null, null, null, 'completed', STAGES];

interface Built {
  startEmbeddedPostgres(options: object): Promise<{ url: string; stop(): Promise<void> }>;
  createApiDataSource(options: object): { initialize(): Promise<unknown>; destroy(): Promise<void> };
  runMigrations(dataSource: object): Promise<unknown>;
}

type Analyses = Readonly<
  Record<'CYCLE_TIME' | 'THROUGHPUT' | 'AGING' | 'FLOW_EFFICIENCY' | 'FLOW' | 'REWORK' | 'COST', string>
>;

const ROOT = join(__dirname, '../..');
const load = (path: string): unknown => require(join(ROOT, path));

async function main(): Promise<void> {
  const product = {
    ...(load('libs/database/src/index.js') as object),
    ...(load('apps/api/src/database/data-source.js') as object),
  } as Built;
  const dataDir = mkdtempSync(join(tmpdir(), 'fuse-bench-'));
  const postgres = await product.startEmbeddedPostgres({ dataDir });
  try {
    const dataSource = product.createApiDataSource({ url: postgres.url });
    await dataSource.initialize();
    await product.runMigrations(dataSource);
    await dataSource.destroy();
    await measure(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(url: string): Promise<void> {
  const client = new Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  await seed(client);
  const folder = 'apps/api/src/features/analytics';
  const texts = {
    ...(load(`${folder}/cycle-time.queries.js`) as object),
    ...(load(`${folder}/flow.queries.js`) as object),
  } as Analyses;
  const day = (ago: number) => new Date(Date.now() - ago * 24 * 3600_000).toISOString().slice(0, 10);
  const more: Partial<Record<keyof Analyses, unknown[]>> = {
    AGING: [100],
    FLOW_EFFICIENCY: [['planning']],
    FLOW: [day(365), day(0)],
  };
  for (const name of [
    'CYCLE_TIME',
    'THROUGHPUT',
    'AGING',
    'FLOW_EFFICIENCY',
    'FLOW',
    'REWORK',
    'COST',
  ] as const) {
    const values = [...COMMON, ...(more[name] ?? [])];
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const begun = performance.now();
      await client.query(texts[name], values);
      times.push(performance.now() - begun);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const shown = [sorted[0], sorted[Math.floor(RUNS / 2)], sorted.at(-1)].map(
      (ms = 0) => `${ms.toFixed(0).padStart(5)} ms`,
    );
    process.stdout.write(
      `${name.padEnd(16)} fastest ${shown[0]}   median ${shown[1]}   slowest ${shown[2]}\n`,
    );
  }
  await client.end();
}

/** Features over three years, each with eight entries: on the way to the end, a step back now and then; a tenth is still open. */
async function seed(client: Client): Promise<void> {
  await client.query('SELECT setseed(0.5)');
  await client.query(
    `INSERT INTO features (name, description, current_stage, start_time)
     SELECT 'feature ' || i, '', CASE WHEN i % 10 = 0 THEN 'review' ELSE 'completed' END,
            now() - random() * interval '1000 days' - interval '60 days'
     FROM generate_series(1, $1::int) i`,
    [FEATURES],
  );
  await client.query(
    `INSERT INTO stage_transitions (feature_id, from_stage, to_stage, timestamp, duration)
     SELECT id, lag(stage) OVER w, stage, at, (extract(epoch FROM at - lag(at) OVER w) * 1000)::bigint
     FROM (
       SELECT f.id, n, f.start_time + n * interval '2 days' + random() * interval '2 days' AS at,
              CASE WHEN n = $1 - 1 THEN f.current_stage
                   ELSE (ARRAY['planning','design','development','testing','development','testing','review'])[n + 1] END AS stage
       FROM features f, generate_series(0, $1::int - 1) n
     ) steps WINDOW w AS (PARTITION BY id ORDER BY n)`,
    [MOVES],
  );
  await client.query(
    `INSERT INTO code_metrics (feature_id, lines_of_code, test_coverage)
     SELECT id, (random() * 2000)::int, random() * 100 FROM features`,
  );
  await client.query(
    `INSERT INTO feature_token_usage (feature_id, provider, model, input_tokens, output_tokens, cost, stage, created_at)
     SELECT id, 'p', 'm', (random() * 50000)::int, (random() * 5000)::int, random(),
            ($1::text[])[1 + (random() * 6)::int], start_time + random() * interval '14 days'
     FROM features, generate_series(1, 3)`,
    [STAGES],
  );
  await client.query('VACUUM ANALYZE');
}

void main();
