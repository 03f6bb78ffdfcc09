import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment } from '../../config/child-environment';
import { ImportRefused } from '../import.errors';

/** What git says is cut to this: a repository can hold a message of any length. Bytes. */
const MAX_TOKEN = 256 * 1024;
const MAX_COMPLAINT = 4096;
/** Nobody is asked for a password; and a hook's environment would point git to the repository that the hook belongs to. */
const ENVIRONMENT = {
  ...{ GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
  ...{ GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_COMMON_DIR: undefined },
  ...{ GIT_INDEX_FILE: undefined, GIT_NAMESPACE: undefined, GIT_PREFIX: undefined },
};

/** One answer of git, without the line's end. @throws ImportRefused */
export async function askGit(repository: string, ...args: string[]): Promise<string> {
  let answer = '';
  for await (const token of tokensOfGit(repository, args, 0x0a)) answer ||= token;
  return answer;
}

/**
 * What git prints, cut at each NUL and read no faster than it is taken. A token longer than 256 KiB loses its end. When the reader
 * stops early, so does git.
 * @throws ImportRefused when git cannot be run, or ends with a complaint
 */
export async function* tokensOfGit(
  repository: string,
  args: readonly string[],
  end = 0x00,
): AsyncGenerator<string> {
  const env = childEnvironment(ENVIRONMENT);
  const child = spawn('git', ['-C', repository, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < MAX_COMPLAINT) complaint += text;
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined);
  try {
    const cutter = new TokenCutter(end);
    for await (const chunk of child.stdout) yield* cutter.push(chunk as Buffer);
    const [code] = await ended.catch((error: Error) => {
      throw new ImportRefused(`git cannot be run: ${error.message}.`);
    });
    if (code !== 0) throw new ImportRefused(`${repository}: ${complaint.trim() || `git ended with ${code}`}`);
  } finally {
    child.kill();
  }
}

class TokenCutter {
  private pieces: Buffer[] = [];
  private length = 0;

  constructor(private readonly end: number) {}

  *push(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let to = chunk.indexOf(this.end); to >= 0; to = chunk.indexOf(this.end, from)) {
      this.keep(chunk.subarray(from, to));
      yield this.pieces.length === 1
        ? (this.pieces[0] as Buffer).toString()
        : Buffer.concat(this.pieces).toString();
      [this.pieces, this.length] = [[], 0];
      from = to + 1;
    }
    this.keep(chunk.subarray(from));
  }

  private keep(piece: Buffer): void {
    const kept = piece.subarray(0, MAX_TOKEN - this.length);
    if (kept.length === 0) return;
    this.pieces.push(kept);
    this.length += kept.length;
  }
}
