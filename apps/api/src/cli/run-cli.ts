import { Command, CommanderError } from 'commander';
import { DatabaseIsNewer, DatabaseNeedsAdoption, EmbeddedPostgresError } from '@app/database';
import {
  BackupDamaged,
  BackupIsNewer,
  BackupLocked,
  BackupUnreadable,
  RestoreRefused,
} from '../backup/backup.errors';
import { databaseProblem, isDatabaseError } from '../common/errors/database-problem';
import { Problem } from '../common/errors/problem';
import { Unreachable } from '../common/errors/unreachable';
import { ConfigError } from '../config/config';
import { UnknownMapping } from '../database/adoption-survey';
import { ImportRefused } from '../imports/import.errors';
import { version } from '../version';
import { addAdminCommand } from './admin.command';
import { addBackupCommand } from './backup.command';
import { CommandFailed, Interrupted, WrongUsage } from './cli.errors';
import { addDbCommand } from './db.command';
import { addDoctorCommand } from './doctor.command';
import { addForecastCommand } from './forecast.command';
import { addImportCommand } from './import.command';
import { type Io, warn } from './io';
import { addMetricsCommand } from './metrics.command';
import { addRestoreCommand } from './restore.command';
import { addResumeCommand } from './resume.command';

const [DONE, FAILED, WRONG_USAGE, INTERRUPTED] = [0, 1, 2, 130];

/**
 * Runs one command.
 * @param args without the program's own name
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted
 */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync([...args], { from: 'user' });
    return DONE;
  } catch (error) {
    // Commander has said already what was wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_USAGE;
    warn(io, messageFor(error));
    if (error instanceof Interrupted) return INTERRUPTED;
    return error instanceof WrongUsage || error instanceof UnknownMapping ? WRONG_USAGE : FAILED;
  }
}

function createProgram(io: Io): Command {
  const program = new Command('fuse')
    .description('Administers an installation of The New Fuse, beside a running server or without one.')
    .version(version)
    .exitOverride()
    // An option belongs to the command that it stands behind, though the one above has its like.
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  addAdminCommand(program, io);
  addBackupCommand(program, io);
  addDbCommand(program, io);
  addDoctorCommand(program, io);
  addImportCommand(program, io);
  addForecastCommand(program, io);
  addMetricsCommand(program, io);
  addRestoreCommand(program, io);
  addResumeCommand(program, io);
  return program;
}

/** Failures that tell all there is to tell; any other is a bug, and shows where. */
const EXPECTED = [
  ...[CommandFailed, WrongUsage, Interrupted, ImportRefused, UnknownMapping],
  ...[EmbeddedPostgresError, DatabaseIsNewer, DatabaseNeedsAdoption],
  ...[BackupDamaged, BackupIsNewer, BackupLocked, BackupUnreadable, RestoreRefused, Unreachable],
];

function messageFor(error: unknown): string {
  if (error instanceof ConfigError) return `Wrong setting: ${error.message}`;
  if (error instanceof Problem) return `${error.detail}.`;
  if (!(error instanceof Error)) return String(error);
  if (EXPECTED.some((kind) => error instanceof kind)) return error.message;
  if (databaseProblem(error) !== undefined || isRefusedConnection(error)) return databaseMessage(error);
  return error.stack ?? error.message;
}

/** SQLSTATEs of credentials that are wrong, a database that is not there, and rights that are missing. */
function isRefusedConnection(error: Error): boolean {
  return isDatabaseError(error) && /^(28...|3D000|42501)$/.test(error.code);
}

function databaseMessage(error: Error): string {
  const code = isDatabaseError(error) ? ` (${error.code})` : '';
  return `The database does not do it: ${error.message || 'it cannot be reached'}${code}`;
}
