import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import autocannon from 'autocannon';
import { connect, PASSWORD, prepare, SECRET, withPostgres } from './product';
import { keep, markdown, progress, write } from './results';
import { routes } from './routes';
import { FULL, QUICK, type Subjects, subjects } from './seed';
import { type Server, startOurs } from './servers';

const FUSE = join(__dirname, '../../apps/api/src/cli/main.js');
const MIB = 1024 ** 2;
/** Requests a second, evenly: what a busy team asks, far from what the server can do, so that p99 tells of waiting alone. */
const RATE = 200;
const SECONDS = 20;

interface Latency {
  readonly what: string;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** How long a backup takes, and what requests feel of it: before, during a plain one, a second one, and an encrypted one. */
export async function backup(
  out: string,
  { files, quick }: { files: number; quick: boolean },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fuse-bench-backup-'));
  try {
    await withPostgres((url) => measureAll(out, url, { files, quick, folder }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Plan {
  readonly files: number;
  readonly quick: boolean;
  readonly folder: string;
}

async function measureAll(out: string, url: string, { files, quick, folder }: Plan): Promise<void> {
  progress(`seeding, and ${files} files of 1 MiB …`);
  await prepare(url, quick ? QUICK : FULL);
  const dataDir = join(folder, 'data');
  const client = await connect(url);
  await attach(client, dataDir, files);
  const chosen = await subjects(client, SECRET, PASSWORD);
  await client.end();
  const server = await startOurs(url, SECRET, { DATA_DIR: dataDir });
  const env = { DATABASE_URL: url, DATA_DIR: dataDir };
  const recipient = await run(env, ['backup', 'keygen', join(folder, 'identity')]).then(({ told }) =>
    told.trim(),
  );
  const kinds = [
    { what: 'the first backup', args: ['--to', join(folder, 'plain')] },
    { what: 'the next one', args: ['--to', join(folder, 'plain')] },
    { what: 'an encrypted one', args: ['--to', join(folder, 'encrypted'), '--recipient', recipient] },
  ];
  const found: (Latency & { seconds: number | null })[] = [];
  try {
    await latency(server, chosen, 'warming up', 5);
    found.push({ ...(await latency(server, chosen, 'none', SECONDS)), seconds: null });
    for (const { what, args } of kinds) {
      progress(what);
      const running = run(env, ['backup', ...args]);
      const during = await latency(server, chosen, what, running);
      found.push({ ...during, seconds: (await running).seconds });
    }
  } finally {
    await server.stop();
  }
  await keep(out, 'backup', url, { files, rate: RATE, found });
  const text = markdown(
    ['backup', 'seconds', 'p50 ms', 'p99 ms', 'failed requests'],
    found.map(({ what, seconds, p50, p99, failed }) => [
      what,
      seconds?.toFixed(1) ?? '',
      p50.toFixed(0),
      p99.toFixed(0),
      String(failed),
    ]),
  );
  write(out, 'backup.md', `${text}\n`);
  process.stdout.write(`\n${text}\n`);
}

/** Attachments of 1 MiB each that no compression makes smaller. */
async function attach(
  client: Awaited<ReturnType<typeof connect>>,
  dataDir: string,
  files: number,
): Promise<void> {
  const rows: { id: string; key: string; sha256: string }[] = [];
  for (let i = 0; i < files; i++) {
    const id = randomUUID();
    const key = `${id.slice(0, 2)}/${id.slice(2, 4)}/${id}`;
    const content = randomBytes(MIB);
    const path = join(dataDir, 'blobs', key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    rows.push({ id, key, sha256: createHash('sha256').update(content).digest('hex') });
  }
  await client.query(
    `INSERT INTO attachments (id, filename, file_path, size_bytes, sha256, task_id, uploaded_by)
     SELECT id, 'file', key, ${MIB}, sha256, (SELECT id FROM tasks LIMIT 1), (SELECT id FROM users LIMIT 1)
     FROM json_to_recordset($1) AS r (id uuid, key text, sha256 text)`,
    [JSON.stringify(rows)],
  );
}

/** @param length seconds, or what is waited for */
async function latency(
  server: Server,
  chosen: Subjects,
  what: string,
  length: number | Promise<unknown>,
): Promise<Latency> {
  const load = autocannon(
    {
      url: server.url,
      ...{ connections: 16, overallRate: RATE, duration: typeof length === 'number' ? length : 600 },
      headers: { authorization: `Bearer ${chosen.token}` },
      requests: routes(chosen).flatMap(({ requests }) => [...requests].slice(0, 20)),
    },
    () => undefined,
  );
  if (typeof length !== 'number') void length.finally(() => load.stop());
  const result = await new Promise<autocannon.Result>((resolve) => load.on('done', resolve));
  const { p50, p99 } = result.latency;
  return { what, p50, p99, failed: result.non2xx + result.errors + result.timeouts };
}

/** As the server runs it by the clock: it gives way. */
async function run(env: NodeJS.ProcessEnv, args: string[]): Promise<{ seconds: number; told: string }> {
  const began = performance.now();
  const child: ChildProcess = spawn(process.execPath, [FUSE, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.pid !== undefined) setPriority(child.pid, 10);
  let told = '';
  child.stdout?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`fuse ${args.join(' ')} ended with ${child.exitCode}`);
  return { seconds: (performance.now() - began) / 1000, told };
}
