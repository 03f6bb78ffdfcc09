import autocannon, { type Client, type Request } from 'autocannon';
import { cpuTime } from './processes';
import type { Route } from './routes';
import type { Server } from './servers';
import { quantile } from './statistics';

/** One run of one route against one server. */
export interface Sample {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of the server's process for each request, in microseconds; null where the system does not tell. */
  readonly cpuPerRequest: number | null;
  /** Answers that were not 2xx, and requests that got none. */
  readonly failed: number;
}

/** @param tokens of sessions: connections take turns with them */
export async function measure(
  server: Server,
  route: Route,
  tokens: readonly string[],
  load: Load,
): Promise<Sample> {
  const times: number[] = [];
  const before = cpuTime(server.pid);
  const result = await autocannon({
    url: server.url,
    connections: load.connections,
    duration: load.seconds,
    requests: route.requests.slice(0, 1),
    setupClient: differing(route.requests, tokens, times),
  });
  const after = cpuTime(server.pid);
  const answered = result['2xx'] + result.non2xx;
  return {
    requestsPerSecond: answered / result.duration,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    cpuPerRequest: before === null || after === null ? null : (after - before) / Math.max(1, answered),
    failed: result.non2xx + result.errors + result.timeouts,
  };
}

/**
 * Gives each connection its session, and requests that are its own, as far as there are enough.
 * @param times where the milliseconds of each answer go: the load generator's own figures are whole ones
 */
function differing(
  requests: readonly Request[],
  tokens: readonly string[],
  times: number[],
): (client: Client) => void {
  let connection = 0;
  return (client) => {
    const authorization = `Bearer ${tokens[connection % tokens.length]}`;
    const start = (connection * CYCLE) % requests.length;
    const cycle = [...requests.slice(start), ...requests.slice(0, start)].slice(0, CYCLE);
    client.setRequests(cycle.map((each) => ({ ...each, headers: { ...each.headers, authorization } })));
    client.on('response', (_status, _bytes, milliseconds) => times.push(milliseconds));
    connection++;
  };
}

/** Most requests that a connection repeats: the load generator writes them out before it begins, and takes time for it. */
const CYCLE = 30;

export interface Load {
  readonly connections: number;
  readonly seconds: number;
}

/** Both servers' samples of one route under one load, pair by pair. */
export interface Comparison {
  readonly route: string;
  readonly kind: Route['kind'];
  readonly connections: number;
  readonly ours: readonly Sample[];
  readonly yardstick: readonly Sample[];
}

/** Ours and the yardstick in turn, the first of a pair alternating, so that the machine's drift hits both alike. */
export async function compare(
  servers: { readonly ours: Server; readonly yardstick: Server },
  route: Route,
  tokens: readonly string[],
  { pairs, ...load }: Load & { readonly pairs: number },
): Promise<Comparison> {
  const samples: { ours: Sample[]; yardstick: Sample[] } = { ours: [], yardstick: [] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? (['ours', 'yardstick'] as const) : (['yardstick', 'ours'] as const);
    for (const name of order) samples[name].push(await measure(servers[name], route, tokens, load));
  }
  return { route: route.name, kind: route.kind, connections: load.connections, ...samples };
}
