import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { writeMergedHistory } from '../test/support/merged-history';
import { createDatabase, withPostgres } from './product';
import { resident } from './processes';
import { keep, markdown, progress, write } from './results';

interface Run {
  readonly merges: number;
  readonly seconds: number;
  /** Most resident memory, MiB: of `fuse`, and of the git processes that it started together. */
  readonly fuse: number;
  readonly git: number;
}

/** How long `fuse import git` takes, and how much memory, by the number of merges. */
export async function imports(out: string, sizes: readonly number[]): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'fuse-bench-git-'));
  try {
    await withPostgres(async (url) => {
      const runs: Run[] = [];
      for (const merges of sizes) runs.push(await measured(directory, url, merges));
      await keep(out, 'import', url, { runs });
      const rows = runs.map((run) =>
        [run.merges, run.seconds.toFixed(1), run.fuse.toFixed(0), run.git.toFixed(0)].map(String),
      );
      const text = markdown(['merges', 'seconds', 'memory of fuse, MiB', 'of its git processes, MiB'], rows);
      write(out, 'import.md', `${text}\n`);
      process.stdout.write(`\n${text}\n`);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measured(directory: string, url: string, merges: number): Promise<Run> {
  const repository = join(directory, `${merges}.git`);
  progress(`making a history of ${merges} merges`);
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', repository]);
  await writeMergedHistory(repository, { merges, branches: 8 });
  const database = await createDatabase(url, `merges_${merges}`);
  const main = join(__dirname, '../../apps/api/src/cli/main.js');
  const run = (command: string[]) =>
    spawn(process.execPath, [main, ...command], {
      env: { ...process.env, DATABASE_URL: database },
      stdio: ['ignore', 2, 2],
    });
  await once(run(['db', 'migrate']), 'close');
  progress(`importing ${merges} merges`);
  const began = performance.now();
  const child = run(['import', 'git', repository]);
  let [fuse, git] = [0, 0];
  const watch = setInterval(() => {
    fuse = Math.max(fuse, resident(child.pid ?? 0) || 0);
    git = Math.max(
      git,
      childrenOf(child.pid ?? 0).reduce((sum, pid) => sum + (resident(pid) || 0), 0),
    );
  }, 20);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  if (code !== 0) throw new Error(`fuse import git ended with ${String(code)}`);
  return { merges, seconds: (performance.now() - began) / 1000, fuse, git };
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}
