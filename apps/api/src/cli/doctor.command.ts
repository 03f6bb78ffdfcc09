import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EmbeddedPostgresError } from '@app/database';
import { type Config, ConfigError, loadConfig } from '../config/config';
import {
  Check,
  examineDatabase,
  examineMachine,
  type Finding,
  type FindingState,
} from '../doctor/doctor.service';
import { CommandFailed } from './cli.errors';
import { counted, type Io, print } from './io';
import { withDatabase } from './with-database';

const MARKS: Readonly<Record<FindingState, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };

export function addDoctorCommand(program: Command, io: Io): void {
  program
    .command('doctor')
    .description('look at this installation, beside a running server or without one, and say what to do')
    .option('--json', 'print the findings as JSON')
    .action((options: { json?: boolean }) => examine(io, options));
}

async function examine(io: Io, { json = false }: { json?: boolean }): Promise<void> {
  const findings = await findingsOf(io);
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length;
  if (json) print(io, JSON.stringify({ ok: count('failed') === 0, findings }, null, 2));
  else print(io, ...findings.flatMap(linesOf));
  if (count('failed') > 0) throw new CommandFailed(`${counted(count('failed'), 'check')} failed.`);
  if (!json) print(io, `Nothing failed; ${counted(count('warning'), 'warning')}.`);
}

async function findingsOf(io: Io): Promise<Finding[]> {
  const check = new Check('settings');
  let config: Config;
  try {
    // What is signed with is looked at apart, so that a wrong secret does not hide the rest.
    config = loadConfig(io.env, { signs: false });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice =
      'docs/configuration.md says what each takes. Nothing else can be looked at until they are right.';
    return [check.failed(error.message.replaceAll('\n', '; '), advice)];
  }
  return [
    check.ok('all can be read'),
    ...(await examineMachine(config)),
    ...(await lookAtDatabase(io, config)),
  ];
}

async function lookAtDatabase(io: Io, { DATABASE_URL, DATA_DIR }: Config): Promise<Finding[]> {
  const reached = new Check('database');
  // Looking must not make one.
  if (DATABASE_URL === undefined && !existsSync(join(DATA_DIR, 'postgres', 'data')))
    return [reached.skipped(`${DATA_DIR} has none yet: the first start makes it`)];
  try {
    const findings = await withDatabase(io, (dataSource, config) => examineDatabase(dataSource, config));
    return [reached.ok('it can be reached'), ...findings];
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    const own = error instanceof EmbeddedPostgresError;
    const advice = own
      ? 'docs/operations/embedded-postgres.md tells about the files in DATA_DIR/postgres; its server.log may say more.'
      : 'See that host, port, user, password and database in DATABASE_URL are right, and that PostgreSQL runs.';
    return [reached.failed(own ? message : `It cannot be reached: ${code ?? message}`, advice)];
  }
}

function linesOf({ check, state, detail, advice }: Finding): string[] {
  const line = `${MARKS[state]} ${check}: ${detail}`;
  return advice === undefined ? [line] : [line, `    → ${advice}`];
}
