import { cpus, release, tmpdir, totalmem } from 'node:os';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { compare, type Comparison } from './measure';
import { table } from './report';
import { type Route, routes } from './routes';
import { FULL, seed, subjects } from './seed';
import { startOurs, startYardstick } from './servers';

const SECRET = 'the secret of a benchmark, 32+ bytes long';
const PASSWORD = 'password of the benchmark';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    connections: { type: 'string' },
    pairs: { type: 'string' },
    seconds: { type: 'string' },
    out: { type: 'string', default: 'bench/results' },
  },
});

const plan = {
  connections: (options.connections ?? (options.quick ? '16' : '1,16,64')).split(',').map(Number),
  pairs: Number(options.pairs ?? (options.quick ? 3 : 5)),
  seconds: Number(options.seconds ?? (options.quick ? 0.7 : 2)),
};

interface Built {
  startEmbeddedPostgres(options: object): Promise<{ url: string; stop(): Promise<void> }>;
  createApiDataSource(options: object): { initialize(): Promise<unknown>; destroy(): Promise<void> };
  runMigrations(dataSource: object): Promise<unknown>;
  hashPassword(password: string): Promise<string>;
}

/** What the benchmark takes of the product itself: the build that it measures. */
function built(): Built {
  const root = join(__dirname, '../..');
  const load = (path: string) => require(join(root, path)) as Partial<Built>;
  return {
    ...load('libs/database/src/index.js'),
    ...load('apps/api/src/database/data-source.js'),
    ...load('apps/api/src/auth/passwords.js'),
  } as Built;
}

async function main(): Promise<void> {
  const product = built();
  const dataDir = mkdtempSync(join(tmpdir(), 'fuse-bench-'));
  const postgres = await product.startEmbeddedPostgres({ dataDir });
  try {
    progress('seeding …');
    await prepare(product, postgres.url);
    await benchmark(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function prepare(product: Built, url: string): Promise<void> {
  const dataSource = product.createApiDataSource({ url });
  await dataSource.initialize();
  await product.runMigrations(dataSource);
  await dataSource.destroy();
  const client = await connect(url);
  await seed(client, FULL, await product.hashPassword(PASSWORD));
  await client.end();
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

async function benchmark(url: string): Promise<void> {
  const client = await connect(url);
  const chosen = await subjects(client, SECRET, PASSWORD);
  await client.end();
  const servers = { ours: await startOurs(url, SECRET), yardstick: await startYardstick(url, SECRET) };
  const comparisons: Comparison[] = [];
  try {
    for (const route of routes(chosen).filter(isWanted)) {
      for (const connections of plan.connections) {
        progress(`${route.name}, ${connections} connections`);
        const load = { connections, seconds: plan.seconds, pairs: plan.pairs };
        await compare(servers, route, chosen.token, { ...load, seconds: 0.5, pairs: 1 });
        comparisons.push(await compare(servers, route, chosen.token, load));
      }
    }
  } finally {
    await Promise.all([servers.ours.stop(), servers.yardstick.stop()]);
  }
  publish(comparisons);
}

function isWanted(route: Route): boolean {
  return options.only === undefined || options.only.split(',').some((part) => route.name.includes(part));
}

function publish(comparisons: readonly Comparison[]): void {
  const [cpu] = cpus();
  const machine = {
    cpu: cpu?.model,
    cores: cpus().length,
    memory: totalmem(),
    kernel: release(),
    node: process.version,
  };
  mkdirSync(options.out, { recursive: true });
  writeFileSync(join(options.out, 'results.json'), JSON.stringify({ machine, plan, comparisons }, null, 2));
  process.stdout.write(`\n${table(comparisons)}\n`);
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

void main();
