import { createInterface } from 'node:readline';
import {
  connectOrStartEmbeddedPostgres,
  EmbeddedPostgresError,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../libs/database/src/embedded';

/**
 * A process that owns an embedded server: `owner.ts start|connect <DATA_DIR> [durable]`. It prints what came of it as one
 * line of JSON, and then does what it is told on standard input: `stop`, `exit` without stopping, or `leave` to have nothing more to do.
 */
async function main(mode = 'start', dataDir = '', durability = 'fast'): Promise<void> {
  const log: string[] = [];
  const begin = performance.now();
  const start = mode === 'connect' ? connectOrStartEmbeddedPostgres : startEmbeddedPostgres;
  let server: EmbeddedPostgres;
  try {
    server = await start({ dataDir, durable: durability === 'durable', log: (line) => log.push(line) });
  } catch (error) {
    if (!(error instanceof EmbeddedPostgresError)) throw error;
    print({ code: error.code, message: error.message, log });
    return;
  }
  const milliseconds = Math.round(performance.now() - begin);
  print({ url: server.url, started: server.started, log, milliseconds });
  for await (const line of createInterface(process.stdin)) {
    if (line === 'exit') process.exit(0);
    if (line === 'leave') return;
    if (line === 'stop') break;
  }
  await server.stop();
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

void main(...process.argv.slice(2));
