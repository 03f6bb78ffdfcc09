import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { connect, PASSWORD, prepare, SECRET, withPostgres } from './product';
import { resident } from './processes';
import { keep, markdown, progress, write } from './results';
import { routes } from './routes';
import { type Size, subjects } from './seed';
import { startEmbedded, startOurs } from './servers';

const SIZE: Size = { users: 1_000, tasks: 20_000, messages: 20_000, features: 500 };
const CONNECTIONS = 64;

/** Resident memory under load, whether it grows, and how long a start takes. @param seconds of load */
export async function memory(out: string, seconds: number): Promise<void> {
  const starts = await startTimes(5);
  await withPostgres(async (url) => {
    await prepare(url, SIZE);
    const underLoad = await load(url, seconds);
    await keep(out, 'memory', url, { seconds, connections: CONNECTIONS, starts, ...underLoad });
    const samples = underLoad.samples.map((each) => each.toFixed(0)).join(', ');
    const text = markdown(
      ['resident memory, MiB', ''],
      [
        ['before', underLoad.before.toFixed(0)],
        [`most in ${seconds} s at ${CONNECTIONS} connections`, underLoad.most.toFixed(0)],
        ['at ten equal steps', samples],
        ['start (embedded, warm), ms', starts.map((each) => each.toFixed(0)).join(', ')],
      ],
    );
    write(out, 'memory.md', `${text}\n`);
    process.stdout.write(`\n${text}\n`);
  });
}

async function load(url: string, seconds: number) {
  const client = await connect(url);
  const chosen = await subjects(client, SECRET, PASSWORD);
  await client.end();
  const server = await startOurs(url, SECRET);
  const before = resident(server.pid);
  const samples: number[] = [];
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, resident(server.pid))), 100);
  const steps = setInterval(() => samples.push(resident(server.pid)), seconds * 100);
  // All routes in turn, reads and writes.
  const requests = routes(chosen).flatMap((route) => route.requests.slice(0, 20));
  progress(`${CONNECTIONS} connections for ${seconds} s`);
  await autocannon({
    url: server.url,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { authorization: `Bearer ${chosen.token}` },
    requests,
  });
  clearInterval(watch);
  clearInterval(steps);
  await server.stop();
  return { before, most, samples };
}

/** Milliseconds from the start of the process until it serves, on an embedded PostgreSQL that was there before. */
async function startTimes(count: number): Promise<number[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fuse-bench-'));
  const times: number[] = [];
  for (let i = 0; i <= count; i++) {
    const began = performance.now();
    const server = await startEmbedded(dataDir);
    if (i > 0) times.push(performance.now() - began);
    await server.stop();
  }
  rmSync(dataDir, { recursive: true, force: true });
  return times;
}
