import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** A failure that needs no stack trace: its message is written for whoever typed the command. */
export class SetupError extends Error {}

/**
 * Runs a command without showing its output, and says that it is going on once that takes longer than a second.
 * @returns {Promise<{ code: number | null, output: string }>} code is null when it was killed or could not start
 */
export function run(label, command, args, { env = process.env } = {}) {
  const progress = startProgress(label);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stopWatching = endWithParent(child);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const finish = (code) => {
      stopWatching();
      progress.stop();
      resolve({ code, output });
    };
    child.on('error', (error) => {
      output += `${error.message}\n`;
      finish(null);
    });
    child.on('close', finish);
  });
}

/** Says after one second that something goes on, and then how long it has been: a counter on a terminal, lines elsewhere. */
export function startProgress(label, stream = process.stderr) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  let shown = false;
  const timer = setInterval(() => {
    if (stream.isTTY) stream.write(`\r${label} … ${seconds()} s `);
    else if (!shown) stream.write(`${label} …\n`);
    else if (seconds() % 5 === 0) stream.write(`${label} … ${seconds()} s\n`);
    shown = true;
  }, 1000);
  return {
    stop() {
      clearInterval(timer);
      if (!shown) return;
      stream.write(
        stream.isTTY ? `\r${label}: ${seconds()} s   \n` : `${label}: done after ${seconds()} s\n`,
      );
    },
  };
}

// npm passes a signal on to the shell that runs the script, and the shell dies of it without telling us:
// the only sign is that we have another parent.
function endWithParent(child) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    child.kill('SIGTERM');
    process.exit(143);
  }, 300);
  return () => clearInterval(timer);
}
