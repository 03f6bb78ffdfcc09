import type { Command } from 'commander';
import { Database, poolOf } from '@app/database';
import { loadConfig } from '../config/config';
import { FeatureImport, type ImportOptions } from '../imports/feature-import.service';
import { CommandFailed, WrongUsage } from './cli.errors';
import { importLines, refusalLines } from './import-output';
import { counted, type Io, print, warn } from './io';
import { ProgressBar } from './progress-bar';
import { withSchema } from './with-database';

interface Common {
  readonly dryRun?: boolean;
  readonly strict?: boolean;
  readonly mapUser?: ReadonlyMap<string, string>;
}

type GitOptions = Common & {
  readonly branch?: string;
  readonly since?: string;
  readonly map: ReadonlyMap<string, string>;
};
type StagesOptions = Common & {
  readonly map: ReadonlyMap<string, string>;
  readonly name: string;
  readonly id?: string;
};

/** Imports that make features with their history. */
export function addFeatureImports(imports: Command, io: Io): void {
  const pairs = (what: string) => (text: string, before: ReadonlyMap<string, string>) =>
    collect(text, before, what);
  const common = (command: Command) =>
    command
      .option('--dry-run', 'tell what would be made, write nothing')
      .option('--strict', 'exit with 1 when a record was refused');
  const mapping = '--map-user <person=username...>';
  common(imports.command('git').description("make features of a git repository's merged branches"))
    .argument('<repository>', 'a repository on this machine')
    .option('--since <date>', 'merges since then, as git understands it')
    .option('--branch <name>', 'what the branches were merged into; by default what is checked out')
    .option(
      '--map <stage=stage...>',
      'development, review and completed are called this here',
      pairs('--map'),
      new Map(),
    )
    .option(mapping, 'this address is that user here, instead of a new one', pairs('--map-user'), new Map())
    .action((path: string, options: GitOptions) => importGit(io, path, options));
  common(imports.command('jira').description('make features of Jira issues with their changelogs'))
    .argument('<issues.json>', "an array of issues, as Jira's REST API gives them with expand=changelog")
    .option('--map <file>', 'a JSON object of stages by status')
    .option(
      mapping,
      'this account id is that user here, instead of a new one',
      pairs('--map-user'),
      new Map(),
    )
    .action((path: string, options: Common & { map?: string }) => importJira(io, path, options));
  common(imports.command('stages').description('make features of a CSV file, a row each'))
    .argument('<csv>', 'with a header, and a column for the moment that each stage was entered')
    .requiredOption('--map <column=stage,...>', 'which column is which stage', pairs('--map'), new Map())
    .requiredOption('--name <column>', "the column of the features' names")
    .option('--id <column>', 'the column that names a feature for good; without it the whole row does')
    .action((path: string, options: StagesOptions) => importStages(io, path, options));
}

function importGit(io: Io, path: string, { branch, since, map, ...common }: GitOptions): Promise<void> {
  return run(io, common, (imports, options) => imports.git({ path, branch, since }, map, options));
}

function importJira(io: Io, path: string, { map, ...common }: Common & { map?: string }): Promise<void> {
  return run(io, common, (imports, options) => imports.jira(path, map, options));
}

function importStages(io: Io, path: string, { map, name, id, ...common }: StagesOptions): Promise<void> {
  const file = { path, columns: map, nameColumn: name, idColumn: id };
  return run(io, common, (imports, options) => imports.csv(file, options));
}

async function run(
  io: Io,
  { dryRun = false, strict = false, mapUser }: Common,
  work: (imports: FeatureImport, options: ImportOptions) => ReturnType<FeatureImport['csv']>,
): Promise<void> {
  const { STAGES } = loadConfig(io.env, { signs: false });
  const report = await withSchema(io, { migrate: !dryRun }, async (dataSource) => {
    const database = new Database(poolOf(dataSource));
    const bar = new ProgressBar(io, { checking: 'Checking ', importing: 'Importing' });
    const options = { dryRun, onProgress: bar.show, ...(mapUser ? { mapUsers: mapUser } : {}) };
    return work(new FeatureImport(database, STAGES), options).finally(() => {
      bar.stop();
      return database.close();
    });
  });
  warn(io, ...refusalLines(report));
  print(io, ...importLines(report));
  const refused = report.refusals.length;
  if (strict && refused > 0) throw new CommandFailed(`${counted(refused, 'record')} refused.`);
}

/** `a=b,c=d`, several times if need be. */
function collect(text: string, before: ReadonlyMap<string, string>, what: string): Map<string, string> {
  const pairs = text.split(',').map((pair) => {
    const [, from = '', to = ''] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(pair) ?? [];
    if (from === '') throw new WrongUsage(`${what} takes pairs such as a=b, not ${pair}`);
    return [what === '--map-user' ? from.toLowerCase() : from, to] as const;
  });
  return new Map([...before, ...pairs]);
}
