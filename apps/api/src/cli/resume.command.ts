import type { Command } from 'commander';
import { Database, poolOf } from '@app/database';
import { resumeWork } from '../maintenance/pause.service';
import { type Io, print } from './io';
import { withSchema } from './with-database';

export function addResumeCommand(program: Command, io: Io): void {
  program
    .command('resume')
    .description('let mail and jobs go on, which rest after a restore')
    .action(() => resume(io));
}

async function resume(io: Io): Promise<void> {
  const resumed = await withSchema(io, { migrate: true }, async (dataSource) => {
    const database = new Database(poolOf(dataSource));
    return resumeWork(database).finally(() => database.close());
  });
  print(io, resumed ? 'Mail and jobs go on.' : 'Nothing is paused.');
}
