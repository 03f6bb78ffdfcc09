import { exportAll, type ExportFigures } from './export';
import { flatness, flatTable, searches } from './flat';
import { connect, createDatabase, PASSWORD, prepare, SECRET, withPostgres } from './product';
import { Caller } from './requests';
import { keep, markdown, progress, write } from './results';
import { subjects } from './seed';
import { startOurs } from './servers';

const PEOPLE = 1_000;

/** What a list, a search and an export cost as tasks become many. @param tasks of the large database */
export async function large(
  out: string,
  { tasks, rounds }: { tasks: number; rounds: number },
): Promise<void> {
  await withPostgres(async (url) => {
    progress(`seeding 10,000 and ${tasks} tasks …`);
    const small = await createDatabase(url, 'small');
    await prepare(small, { users: PEOPLE, tasks: 10_000, messages: 0, features: 0 });
    await prepare(url, { users: PEOPLE, tasks, messages: 0, features: 0 });
    const servers = [await startOurs(small, SECRET), await startOurs(url, SECRET)] as const;
    try {
      const [smallSubjects, largeSubjects] = [await subjectsOf(small), await subjectsOf(url)];
      const pair = {
        small: new Caller(servers[0].url, smallSubjects.token),
        large: new Caller(servers[1].url, largeSubjects.token),
      };
      const found = await searches(pair.large, rounds);
      const flat = await flatness(pair, { small: smallSubjects, large: largeSubjects }, rounds);
      const exports = [];
      for (const format of ['csv', 'json'] as const)
        exports.push(await exportAll(pair.large, servers[1].pid, format));
      await keep(out, 'large', url, { tasks, rounds, flat, searches: found, exports });
      const text = [flatTable(flat, tasks), searchTable(found), exportTable(exports)].join('\n\n');
      write(out, 'large.md', `${text}\n`);
      process.stdout.write(`\n${text}\n`);
      pair.small.close();
      pair.large.close();
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
}

async function subjectsOf(url: string) {
  const client = await connect(url);
  const chosen = await subjects(client, SECRET, PASSWORD);
  await client.end();
  return chosen;
}

function searchTable(found: readonly { query: string; p50: number }[]): string {
  return markdown(
    ['full text', 'p50 ms'],
    found.map(({ query, p50 }) => [query, p50.toFixed(1)]),
  );
}

function exportTable(found: readonly ExportFigures[]): string {
  return markdown(
    ['export', 'first byte ms', 'seconds', 'MiB', 'memory growth MiB'],
    found.map(({ format, firstByteMs, seconds, mebibytes, growthMiB }) => [
      format,
      firstByteMs.toFixed(0),
      seconds.toFixed(1),
      mebibytes.toFixed(0),
      growthMiB.toFixed(0),
    ]),
  );
}
