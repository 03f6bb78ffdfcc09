import type { Client } from 'pg';
import { cpuTime } from './processes';
import { connect, PASSWORD, prepare, SECRET, withPostgres } from './product';
import { Caller } from './requests';
import { keep, markdown, progress, write } from './results';
import { subjects } from './seed';
import { type LoopDelay, type Server, startOurs, type WatchedServer } from './servers';
import { median } from './statistics';

export interface ForecastSize {
  readonly open: number;
  readonly dependencies: number;
  readonly completed: number;
  readonly trials: number;
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly delay: LoopDelay;
  /** Of other requests meanwhile, ms. */
  readonly others: readonly number[];
}

const RUNS = 11;
const BETWEEN_OTHERS_MS = 20;

/** A forecast of all open features over HTTP: what it takes, and what others notice of it; and the stored forecasts. */
export async function forecasts(out: string, size: ForecastSize): Promise<void> {
  await withPostgres(async (url) => {
    progress(`seeding ${size.open} open and ${size.completed} completed features …`);
    await prepare(url, { users: 50, tasks: 0, messages: 0, features: 0 });
    const client = await connect(url);
    await seedFeatures(client, size);
    const { token } = await subjects(client, SECRET, PASSWORD);
    const runs = await asked(url, token, size);
    const kept = await stored(url, client);
    await client.end();
    await keep(out, 'forecast', url, { size, runs, kept });
    const text = [table(runs), keptTable(kept)].join('\n\n');
    write(out, 'forecast.md', `${text}\n`);
    process.stdout.write(`\n${text}\n`);
  });
}

async function asked(url: string, token: string, { trials }: ForecastSize): Promise<Run[]> {
  const server = await startOurs(url, SECRET, { FORECAST_INTERVAL_SECONDS: '0' }, { watched: true });
  const [caller, other] = [new Caller(server.url, token), new Caller(server.url, token)];
  try {
    // The thread is started by the first, and each has a seed of its own, so that none is found again.
    await caller.text(`/features/forecast?trials=100`);
    await caller.text(`/features/forecast?trials=${trials}&seed=0`);
    const runs: Run[] = [];
    for (let seed = 1; seed <= RUNS; seed++)
      runs.push(await run(server, caller, other, `/features/forecast?trials=${trials}&seed=${seed}`));
    return runs;
  } finally {
    caller.close();
    other.close();
    await server.stop();
  }
}

async function run(server: WatchedServer, caller: Caller, other: Caller, path: string): Promise<Run> {
  await server.loopDelay();
  const before = cpuTime(server.pid) ?? NaN;
  let ended = false;
  const answer = caller.time(path).finally(() => (ended = true));
  const others: number[] = [];
  while (!ended) {
    others.push(await other.time('/features?limit=20'));
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_OTHERS_MS));
  }
  const seconds = (await answer) / 1000;
  const cpuSeconds = ((cpuTime(server.pid) ?? NaN) - before) / 1e6;
  return { seconds, cpuSeconds, others, delay: await server.loopDelay() };
}

/** What the server makes by itself when it begins. */
async function stored(url: string, client: Client): Promise<{ tookMs: number; rows: number }> {
  const server: Server = await startOurs(url, SECRET, { FORECAST_INTERVAL_SECONDS: '1' });
  try {
    for (;;) {
      const { rows } = await client.query<{ tookMs: number; rows: number }>(
        `SELECT took_ms AS "tookMs", (SELECT count(*)::int FROM feature_forecasts) AS rows FROM forecast_state`,
      );
      if (rows[0]) return rows[0];
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await server.stop();
  }
}

/** Completed features over two years, four stays each; open ones begun in the last fortnight, each waiting for some of the two hundred before it. Each was made by one of the users. */
async function seedFeatures(client: Client, { open, dependencies, completed }: ForecastSize): Promise<void> {
  await client.query('SELECT setseed(0.5)');
  await client.query(
    `INSERT INTO features (name, description, current_stage, start_time)
     SELECT 'feature ' || i, '', CASE WHEN i <= $1 THEN 'completed' ELSE 'planning' END,
            CASE WHEN i <= $1 THEN now() - interval '40 days' - random() * interval '700 days' ELSE now() - random() * interval '14 days' END
     FROM generate_series(1, $1::int + $2::int) i`,
    [completed, open],
  );
  await client.query(
    `INSERT INTO stage_transitions (feature_id, actor_id, from_stage, to_stage, timestamp)
     SELECT id, CASE n WHEN 1 THEN people[1 + (hashtext(id::text) & 65535) % cardinality(people)] END, (ARRAY[NULL,'planning','development','review'])[n], (ARRAY['planning','development','review','completed'])[n],
            start_time + sum(stay) OVER (PARTITION BY id ORDER BY n)
     FROM (
       SELECT f.id, f.start_time, n, CASE n WHEN 1 THEN interval '0' ELSE -ln(1 - random()) * interval '3 days' END AS stay
       FROM features f, generate_series(1, CASE WHEN f.current_stage = 'completed' THEN 4 ELSE 1 END) n
     ) stays, (SELECT array_agg(id) AS people FROM users) everybody ORDER BY id, n`,
  );
  await client.query(
    `WITH open AS (
       SELECT id, row_number() OVER (ORDER BY start_time, id) AS n FROM features WHERE current_stage = 'planning'
     )
     INSERT INTO feature_dependencies (feature_id, depends_on_id)
     SELECT a.id, b.id FROM open a JOIN open b ON b.n BETWEEN a.n - 200 AND a.n - 1 ORDER BY random() LIMIT $1`,
    [dependencies],
  );
  await client.query('VACUUM ANALYZE');
}

function table(runs: readonly Run[]): string {
  const others = runs.flatMap((each) => each.others).toSorted((a, b) => a - b);
  const at = (share: number) => others[Math.min(others.length - 1, Math.floor(share * others.length))] ?? NaN;
  const spread = (values: readonly number[], digits: number) =>
    [Math.min(...values), median(values), Math.max(...values)]
      .map((each) => each.toFixed(digits))
      .join(' / ');
  return markdown(
    ['a forecast of all open features', 'least / median / most'],
    [
      [
        'seconds until it is answered',
        spread(
          runs.map(({ seconds }) => seconds),
          2,
        ),
      ],
      [
        'seconds of CPU, the whole process',
        spread(
          runs.map(({ cpuSeconds }) => cpuSeconds),
          2,
        ),
      ],
      [
        'event loop delay p99, ms',
        spread(
          runs.map(({ delay }) => delay.p99),
          1,
        ),
      ],
      [
        'event loop delay at most, ms',
        spread(
          runs.map(({ delay }) => delay.max),
          1,
        ),
      ],
      ['lists of 20 features meanwhile, p50 / p99, ms', `${at(0.5).toFixed(1)} / ${at(0.99).toFixed(1)}`],
    ],
  );
}

function keptTable({ tookMs, rows }: { tookMs: number; rows: number }): string {
  return markdown(
    ['stored forecasts', ''],
    [
      ['rows', String(rows)],
      ['ms, with the start of the thread', String(tookMs)],
    ],
  );
}
