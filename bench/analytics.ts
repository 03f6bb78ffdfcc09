import type { Client } from 'pg';
import { connect, PASSWORD, prepare, SECRET, withPostgres } from './product';
import { Caller } from './requests';
import { keep, markdown, progress, write } from './results';
import { subjects } from './seed';
import { startOurs } from './servers';
import { median } from './statistics';

const MOVES = 8;
const RUNS = 11;
const STAGES = ['planning', 'design', 'development', 'testing', 'review', 'deployment', 'completed'];
const DAY_MS = 24 * 3600_000;

/** How long each analysis takes, asked over HTTP, by features with eight transitions each. */
export async function analytics(out: string, features: number): Promise<void> {
  await withPostgres(async (url) => {
    progress(`seeding ${features} features …`);
    await prepare(url, { users: 10, tasks: 0, messages: 0, features: 0 });
    const client = await connect(url);
    await seedHistory(client, features);
    const { token } = await subjects(client, SECRET, PASSWORD);
    await client.end();
    const server = await startOurs(url, SECRET, { FORECAST_INTERVAL_SECONDS: '0' });
    const caller = new Caller(server.url, token);
    try {
      const found = await measureAll(caller);
      await keep(out, 'analytics', url, { features, transitions: features * MOVES, found });
      const rows = found.map(({ path, times }) => [
        path,
        ...[Math.min(...times), median(times), Math.max(...times)].map((ms) => ms.toFixed(0)),
      ]);
      const text = markdown(['analysis', 'fastest ms', 'median ms', 'slowest ms'], rows);
      write(out, 'analytics.md', `${text}\n`);
      process.stdout.write(`\n${text}\n`);
    } finally {
      caller.close();
      await server.stop();
    }
  });
}

async function measureAll(caller: Caller): Promise<{ path: string; times: number[] }[]> {
  const since = new Date(Date.now() - 365 * DAY_MS).toISOString();
  const paths = [
    'cycle-time',
    'throughput',
    'aging',
    'flow-efficiency',
    `flow?since=${since}`,
    'rework',
    'cost',
  ];
  const found = [];
  for (const path of paths) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await caller.time(`/features/analytics/${path}`));
    found.push({ path: path.replace(/\?.*/, ' of a year'), times });
  }
  return found;
}

/** Features over three years, each with eight entries: on the way to the end, a step back now and then; a tenth is still open. */
async function seedHistory(client: Client, features: number): Promise<void> {
  await client.query('SELECT setseed(0.5)');
  await client.query(
    `INSERT INTO features (name, description, current_stage, start_time)
     SELECT 'feature ' || i, '', CASE WHEN i % 10 = 0 THEN 'review' ELSE 'completed' END,
            now() - random() * interval '1000 days' - interval '60 days'
     FROM generate_series(1, $1::int) i`,
    [features],
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
  await seedMetrics(client);
  await client.query('VACUUM ANALYZE');
}

/** Metrics as they were on four days, and three entries of the ledger. */
async function seedMetrics(client: Client): Promise<void> {
  await client.query(
    `INSERT INTO code_metrics (feature_id, lines_of_code, test_coverage)
     SELECT id, (random() * 2000)::int, random() * 100 FROM features`,
  );
  await client.query(
    `INSERT INTO feature_metrics_history (feature_id, day, lines_of_code, tokens_used, test_coverage)
     SELECT f.id, (f.start_time + n * interval '4 days')::date, h.lines_of_code * n / 4, 0, h.test_coverage
     FROM features f JOIN feature_metrics_history h ON h.feature_id = f.id, generate_series(1, 3) n`,
  );
  await client.query(
    `INSERT INTO feature_token_usage (feature_id, provider, model, input_tokens, output_tokens, cost, stage, created_at)
     SELECT id, 'p', 'm', (random() * 50000)::int, (random() * 5000)::int, random(),
            ($1::text[])[1 + (random() * 6)::int], start_time + random() * interval '14 days'
     FROM features, generate_series(1, 3)`,
    [STAGES],
  );
}
