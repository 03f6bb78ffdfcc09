import { createInterface, type Interface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { Interrupted, WrongUsage } from './cli.errors';
import type { Io } from './io';

/** Never taken from the arguments: every user of the machine can see those, and the shell remembers them. */
export async function readPassword(io: Io, fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await text(io.stdin)).replace(/\r?\n$/, '');
  if (!io.stdin.isTTY) {
    throw new WrongUsage(
      'There is no terminal to ask for the password: use --password-stdin and pipe it in.',
    );
  }
  const lines = createInterface({ input: io.stdin, output: new Silence(), terminal: true });
  try {
    const password = await ask(io, lines, 'Password: ');
    if ((await ask(io, lines, 'Once more: ')) === password) return password;
  } finally {
    lines.close();
  }
  throw new WrongUsage('The two passwords differ.');
}

/** What is typed is echoed here. */
class Silence extends Writable {
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

function ask({ stderr }: Io, lines: Interface, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(new Interrupted('Interrupted.'));
    lines.once('SIGINT', interrupt);
    lines.once('close', interrupt);
    lines.question('', (answer) => {
      stderr.write('\n');
      lines.off('SIGINT', interrupt);
      lines.off('close', interrupt);
      resolve(answer);
    });
    stderr.write(question);
  });
}
