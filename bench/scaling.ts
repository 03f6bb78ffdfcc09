import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DebianPostgres } from '../test/drills/support/debian-postgres';
import { PgBouncer } from '../test/support/pgbouncer';
import { compare, type Comparison, type Sample } from './measure';
import { connect, PASSWORD, prepare, SECRET } from './product';
import { keep, markdown, progress, write } from './results';
import { routes } from './routes';
import { type Size, subjects } from './seed';
import { type Server, startOurs } from './servers';
import { median } from './statistics';

const ROUTES = ['task by id', 'tasks by status', 'tasks by text', 'create a task'];

export interface ScalingPlan {
  readonly rows: Size;
  readonly pairs: number;
  /** Of one run. */
  readonly seconds: number;
  readonly connections: readonly number[];
}

/**
 * What a pooler and a replica cost on one machine: the API with each of them beside the API without, in turn, on Debian's
 * PostgreSQL 15 and PgBouncer. All share the machine's cores, so nothing here can be faster for having more servers.
 */
export async function scaling(out: string, plan: ScalingPlan): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fuse-bench-'));
  const cleanUps: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    await compareAll(out, plan, { folder, after: (cleanUp) => cleanUps.push(cleanUp) });
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

interface Stage {
  readonly folder: string;
  after(cleanUp: () => unknown): void;
}

async function compareAll(out: string, plan: ScalingPlan, stage: Stage): Promise<void> {
  const primary = await DebianPostgres.start(stage, 'primary');
  progress('seeding …');
  await prepare(primary.url, plan.rows);
  const client = await connect(primary.url);
  const chosen = await subjects(client, SECRET, PASSWORD);
  await client.end();
  const { plain, variants } = await startAll(stage, primary);
  const found: { variant: string; comparison: Comparison }[] = [];
  for (const route of routes(chosen).filter(({ name }) => ROUTES.includes(name))) {
    for (const [variant, ours] of Object.entries(variants)) {
      for (const connections of plan.connections) {
        progress(`${route.name}, ${variant}, ${connections} connections`);
        const servers = { ours, yardstick: plain };
        await compare(servers, route, chosen.tokens, { connections, seconds: 0.5, pairs: 1 });
        const load = { connections, seconds: plan.seconds, pairs: plan.pairs };
        found.push({ variant, comparison: await compare(servers, route, chosen.tokens, load) });
      }
    }
  }
  const text = table(found);
  await keep(out, 'scaling', primary.url, { plan, found });
  write(out, 'scaling.md', `${text}\n`);
  process.stdout.write(`\n${text}\n`);
}

async function startAll(stage: Stage, primary: DebianPostgres) {
  const replica = await primary.replica(stage, 'replica');
  const bouncer = await PgBouncer.start(primary.url, { servers: 10 });
  stage.after(() => bouncer.stop());
  const start = async (url: string, env: Record<string, string>): Promise<Server> => {
    const server = await startOurs(url, SECRET, env);
    stage.after(() => server.stop());
    return server;
  };
  const pooled = { DATABASE_POOLER: 'transaction', DATABASE_DIRECT_URL: primary.url };
  return {
    plain: await start(primary.url, {}),
    variants: {
      'behind PgBouncer': await start(bouncer.url, pooled),
      'with a replica': await start(primary.url, { DATABASE_REPLICA_URL: replica.url }),
    },
  };
}

function table(found: readonly { variant: string; comparison: Comparison }[]): string {
  const of = (samples: readonly Sample[], figure: (sample: Sample) => number) => median(samples.map(figure));
  const rows = found.map(({ variant, comparison: { route, connections, ours, yardstick } }) => {
    const ratios = ours.map(
      ({ requestsPerSecond }, i) => requestsPerSecond / (yardstick[i]?.requestsPerSecond ?? NaN),
    );
    return [
      ...[route, variant, String(connections)],
      Math.round(of(ours, (sample) => sample.requestsPerSecond)).toLocaleString('en'),
      Math.round(of(yardstick, (sample) => sample.requestsPerSecond)).toLocaleString('en'),
      median(ratios).toFixed(2),
      of(ours, ({ p99 }) => p99).toFixed(1),
      of(yardstick, ({ p99 }) => p99).toFixed(1),
      String(ours.reduce((sum, { failed }) => sum + failed, 0)),
    ];
  });
  const head = [
    'route',
    'set-up',
    'connections',
    'requests/s',
    'without',
    'ratio',
    'p99 (ms)',
    'without',
    'failed',
  ];
  return markdown(head, rows);
}
