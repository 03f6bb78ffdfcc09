import { parseArgs } from 'node:util';
import { analytics } from './analytics';
import { backup } from './backup';
import { chart } from './chart';
import { floor, floorTable } from './floor';
import { forecasts } from './forecast';
import { imports } from './import';
import { large } from './large';
import { compare, type Comparison, type Load, measure } from './measure';
import { memory } from './memory';
import { connect, PASSWORD, prepare, SECRET, withPostgres } from './product';
import { table } from './report';
import { keep, progress, write } from './results';
import { login, type Route, routes } from './routes';
import { scaling } from './scaling';
import { FULL, QUICK, type Subjects, subjects } from './seed';
import { startOurs, startYardstick } from './servers';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    connections: { type: 'string' },
    pairs: { type: 'string' },
    seconds: { type: 'string' },
    workers: { type: 'string', default: '1' },
    itself: { type: 'boolean', default: false },
    out: { type: 'string', default: 'bench/results' },
  },
});

const plan = {
  connections: (options.connections ?? (options.quick ? '16' : '1,16,64')).split(',').map(Number),
  pairs: Number(options.pairs ?? (options.quick ? 3 : 5)),
  seconds: Number(options.seconds ?? (options.quick ? 0.7 : 2)),
  workers: Number(options.workers),
  rows: options.quick ? QUICK : FULL,
};

/** What can be measured: beside the yardstick (the default), with a million tasks, for a longer time, during a backup, of long git histories, of features, and what a pooler and a replica cost. */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  compare: () => withPostgres(compareAll),
  large: () =>
    large(options.out, options.quick ? { tasks: 100_000, rounds: 20 } : { tasks: 1_000_000, rounds: 100 }),
  import: () => imports(options.out, options.quick ? [300, 1_000] : [1_000, 10_000]),
  backup: () => backup(options.out, { files: options.quick ? 64 : 1024, quick: options.quick }),
  analytics: () => analytics(options.out, options.quick ? 2_000 : 10_000),
  forecast: () =>
    forecasts(options.out, {
      ...{ open: 1_000, dependencies: 3_000, completed: 2_000, trials: 10_000 },
      ...(options.quick ? { open: 200, dependencies: 600 } : {}),
    }),
  scaling: () => scaling(options.out, plan),
  memory: () => memory(options.out, Number(options.seconds ?? (options.quick ? 10 : 60))),
};

async function compareAll(url: string): Promise<void> {
  progress('seeding …');
  await prepare(url, plan.rows);
  const client = await connect(url);
  const chosen = await subjects(client, SECRET, PASSWORD);
  await client.end();
  const comparisons = await besideYardstick(url, chosen);
  const sqlAlone = await floor(url, chosen, 16, plan.seconds);
  const text = [table(comparisons.routes), floorTable(sqlAlone), comparisons.login].join('\n\n');
  await keep(options.out, 'results', url, { plan, comparisons: comparisons.routes, floor: sqlAlone });
  write(options.out, 'results.md', `${text}\n`);
  write(options.out, 'ratios.svg', chart(comparisons.routes));
  process.stdout.write(`\n${text}\n`);
}

async function besideYardstick(
  url: string,
  chosen: Subjects,
): Promise<{ routes: Comparison[]; login: string }> {
  const cluster: Record<string, string> = plan.workers > 1 ? { WEB_CONCURRENCY: String(plan.workers) } : {};
  const ours = await (options.itself ? startYardstick(url, SECRET) : startOurs(url, SECRET, cluster));
  const servers = { ours, yardstick: await startYardstick(url, SECRET) };
  const found: Comparison[] = [];
  try {
    const wanted = routes(chosen).filter(isWanted);
    progress('warming up …');
    await compare(servers, inTurn(wanted), chosen.tokens, warmUp(options.quick ? 4 : 10));
    const loads = wanted.flatMap((route) => plan.connections.map((connections) => ({ route, connections })));
    for (const { route, connections } of loads) {
      progress(`${route.name}, ${connections} connections`);
      const load = { connections, seconds: plan.seconds, pairs: plan.pairs };
      if (!options.quick) await compare(servers, route, chosen.tokens, warmUp(3, connections));
      found.push(await compare(servers, route, chosen.tokens, load));
    }
    // Apart: it is slow on purpose (argon2id), and its cost is the hash, whoever computes it.
    const signIn = await measure(ours, login(chosen), chosen.tokens, {
      connections: 4,
      seconds: plan.seconds,
    });
    return {
      routes: found,
      login: `login: ${signIn.requestsPerSecond.toFixed(0)}/s, p50 ${signIn.p50.toFixed(0)} ms (4 connections)`,
    };
  } finally {
    await Promise.all([servers.ours.stop(), servers.yardstick.stop()]);
  }
}

/** With enough connections for both servers to run optimized code: one would take half a minute for as many requests. */
function warmUp(seconds: number, connections = 16): Load & { readonly pairs: number } {
  return { connections: Math.max(connections, 16), seconds, pairs: 1 };
}

/** All routes as one. */
function inTurn(wanted: readonly Route[]): Route {
  return { name: 'all', kind: 'list', requests: wanted.flatMap(({ requests }) => requests.slice(0, 3)) };
}

function isWanted(route: Route): boolean {
  return options.only === undefined || options.only.split(',').some((part) => route.name.includes(part));
}

const [name = 'compare'] = positionals;
const bench = BENCHES[name];
if (!bench) throw new Error(`There is no bench ${name}. There are: ${Object.keys(BENCHES).join(', ')}`);
void bench();
