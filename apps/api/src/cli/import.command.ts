import type { Command } from 'commander';
import { Database, poolOf } from '@app/database';
import { GithubImport } from '../imports/github-import.service';
import { CommandFailed, WrongUsage } from './cli.errors';
import { addFeatureImports } from './import-features.command';
import { importLines, refusalLines } from './import-output';
import { counted, type Io, print, warn } from './io';
import { ProgressBar } from './progress-bar';
import { withSchema } from './with-database';

const LABELS = { checking: 'Checking ', importing: 'Importing' };

export function addImportCommand(program: Command, io: Io): void {
  const imports = program.command('import').description('records of other systems');
  imports
    .command('github')
    .description("make tasks and messages of a GitHub repository's issues and comments")
    .argument('<dir>', "holds issues.json and comments.json, as GitHub's REST API gives them")
    .option('--dry-run', 'tell what would be made, write nothing')
    .option(
      '--map-user <login=username...>',
      'this GitHub login is that user here, instead of a new one',
      collectUsers,
      new Map<string, string>(),
    )
    .option('--strict', 'exit with 1 when a record was refused')
    .action((directory: string, options: GithubOptions) => importGithub(io, directory, options));
  addFeatureImports(imports, io);
}

interface GithubOptions {
  readonly dryRun?: boolean;
  readonly mapUser: ReadonlyMap<string, string>;
  readonly strict?: boolean;
}

async function importGithub(io: Io, directory: string, options: GithubOptions): Promise<void> {
  const { dryRun = false, mapUser: mapUsers, strict = false } = options;
  const report = await withSchema(io, { migrate: !dryRun }, async (dataSource) => {
    const bar = new ProgressBar(io, LABELS);
    try {
      const service = new GithubImport(new Database(poolOf(dataSource)));
      return await service.run(directory, { dryRun, mapUsers, onProgress: bar.show });
    } finally {
      bar.stop();
    }
  });
  warn(io, ...refusalLines(report));
  print(io, ...importLines(report));
  const refused = report.refusals.length;
  if (strict && refused > 0) throw new CommandFailed(`${counted(refused, 'record')} refused.`);
}

function collectUsers(pair: string, before: ReadonlyMap<string, string>): Map<string, string> {
  const [, login = '', username = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
  if (login === '') throw new WrongUsage(`--map-user takes login=username, not ${pair}`);
  return new Map(before).set(login.toLowerCase(), username);
}
