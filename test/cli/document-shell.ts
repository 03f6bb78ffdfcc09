import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FUSE, type Outcome, ownEnvironment, ROOT } from './fuse';

/** The shell blocks of a section of a document in docs/operations, as they stand there. */
export async function shellOf(document: string, section: string): Promise<string[]> {
  const whole = await readFile(join(ROOT, 'docs/operations', document), 'utf8');
  const part = whole.split(/^## /m).find((each) => each.startsWith(section)) ?? '';
  return [...part.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Runs lines of a document in a folder; `npm` is a stand-in, since the server needs no start and `fuse` no build. */
export async function runShell(
  folder: string,
  lines: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const words = FUSE.map((word) => `'${word}'`).join(' ');
  const script = `#!/bin/sh\n[ "$*" = start ] && exit 0\n[ "$1 $2 $3" = 'run fuse --' ] || exit 99\nshift 3\nexec ${words} "$@"\n`;
  await writeFile(join(bin, 'npm'), script);
  await chmod(join(bin, 'npm'), 0o755);
  const own = ownEnvironment(env);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', lines ?? 'exit 98'], {
    cwd: folder,
    env: { ...own, PATH: [bin, own['PATH']].join(delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}
