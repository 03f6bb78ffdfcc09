import type { Command } from 'commander';
import { migrationStatus, revertLast, runMigrations } from '@app/database';
import { settleRestored } from '../backup/restored-by-others.service';
import { adoptDatabase } from '../database/adopt';
import { adoptionLines, refusalLines } from './adoption-report';
import { CommandFailed, WrongUsage } from './cli.errors';
import { counted, type Io, print } from './io';
import { withDatabase } from './with-database';

export function addDbCommand(program: Command, io: Io): void {
  const db = program.command('db').description('the database and its schema');
  db.command('migrate')
    .description('bring the schema up to date')
    .action(() => migrate(io));
  db.command('revert')
    .description('undo the newest migration; what only it can hold is lost')
    .action(() => revert(io));
  db.command('status')
    .description('which migrations are applied')
    .action(() => status(io));
  db.command('restored')
    .description(
      'after PostgreSQL was taken back to an earlier moment: end sessions, tell readers of events, rest jobs',
    )
    .option('--keep-sessions', 'leave the sessions, tokens and waiting mails of that moment valid')
    .action((options: RestoredOptions) => restored(io, options));
  db.command('adopt')
    .description('take over a database that was made by hand from the schema reference, with its rows')
    .option('--map <column:old=new...>', 'replace values that the constraints refuse', collectPairs, {})
    .option('--dry-run', 'do everything, tell what was done, and undo it')
    .action((options: AdoptOptions) => adopt(io, options));
}

function migrate(io: Io): Promise<void> {
  return withDatabase(io, async (dataSource) => {
    const applied = await runMigrations(dataSource);
    print(io, ...applied.map((name) => `Applied ${name}`));
    if (applied.length === 0) print(io, 'The schema is up to date.');
  });
}

function revert(io: Io): Promise<void> {
  return withDatabase(io, async (dataSource) => {
    const reverted = await revertLast(dataSource);
    print(io, reverted === null ? 'No migration is applied.' : `Reverted ${reverted}`);
  });
}

function status(io: Io): Promise<void> {
  return withDatabase(io, async (dataSource) => {
    for (const { name, applied, known } of await migrationStatus(dataSource)) {
      const state = applied ? 'applied' : 'pending';
      print(io, `${state}  ${name}${known ? '' : '  (of a newer version)'}`);
    }
  });
}

interface RestoredOptions {
  readonly keepSessions?: boolean;
}

function restored(io: Io, options: RestoredOptions): Promise<void> {
  return withDatabase(io, async (dataSource, config) => {
    const { moment, erased } = await settleRestored(dataSource, config, options);
    print(io, `The last event is of ${moment ?? 'no time: there is none'}.`);
    if (erased > 0) print(io, `Erased again, as after that moment: ${counted(erased, 'account')}.`);
    if (!options.keepSessions) print(io, 'Sessions and tokens are revoked: everybody signs in anew.');
    print(io, 'Mail and jobs rest until fuse resume.');
  });
}

interface AdoptOptions {
  readonly map: Readonly<Record<string, string>>;
  readonly dryRun?: boolean;
}

function adopt(io: Io, { map, dryRun = false }: AdoptOptions): Promise<void> {
  return withDatabase(io, async (dataSource) => {
    const result = await adoptDatabase(dataSource, { map, dryRun });
    if (result.outcome === 'refused') throw new CommandFailed(refusalLines(result).join('\n'));
    const rows = Object.values(result.rows).reduce((sum, count) => sum + count, 0);
    const done = dryRun
      ? 'Dry run, nothing was changed: the database can be adopted'
      : 'Adopted the database';
    print(io, ...adoptionLines(result), `${done}, with ${counted(rows, 'row')}.`);
  });
}

/** `status:done=completed`; a value may hold `=`, a new one never does. */
function collectPairs(pair: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = pair.lastIndexOf('=');
  if (at < 1) throw new WrongUsage(`--map takes column:old=new, not ${pair}`);
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) };
}
