/**
 * Why the embedded server did not start.
 * - `already_running`: another live process owns the data directory
 * - `wrong_major`: the cluster was made by another major version of PostgreSQL
 * - `no_space`: the disk is full
 * - `port_taken`: something else listens on the server's socket
 * - `not_accessible`: a directory or file cannot be entered, read or written by the user the server runs as
 * - `failed`: anything else; the message ends with the last lines of the server's log where there are any
 */
export type EmbeddedPostgresErrorCode =
  'already_running' | 'wrong_major' | 'no_space' | 'port_taken' | 'not_accessible' | 'failed';

/** Says in its message what is wrong and what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const NO_SPACE = /No space left on device|Disk quota exceeded|database or disk is full/i;
const NOT_ACCESSIBLE = /Permission denied|Operation not permitted|Read-only file system|has wrong ownership/i;
const WRONG_MAJOR = /database files are incompatible with server/i;
const SOCKET_TAKEN = /could not bind Unix address|lock file "[^"]*\.s\.PGSQL[^"]*" already exists/i;
const LIBRARY_MISSING = /error while loading shared libraries|Library not loaded/i;

/** Judges what initdb or postgres printed before it gave up. The messages are English: both run with LC_ALL=C. */
export function errorFromOutput(what: string, output: string): EmbeddedPostgresError {
  const message = `${what}${advice(output)}\n${lastLines(output)}`;
  if (NO_SPACE.test(output)) return new EmbeddedPostgresError('no_space', message);
  if (WRONG_MAJOR.test(output)) return new EmbeddedPostgresError('wrong_major', message);
  if (SOCKET_TAKEN.test(output)) return new EmbeddedPostgresError('port_taken', message);
  if (NOT_ACCESSIBLE.test(output)) return new EmbeddedPostgresError('not_accessible', message);
  return new EmbeddedPostgresError('failed', message);
}

function advice(output: string): string {
  if (NO_SPACE.test(output))
    return ' The disk is full: free some space (a new cluster takes 50 MB), then start again.';
  if (LIBRARY_MISSING.test(output)) {
    return ' Its libraries are incomplete, as after an installation without install scripts: run "npm rebuild".';
  }
  return ' It said:';
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-15).join('\n');
}

const SYSTEM_CODES: Record<string, EmbeddedPostgresErrorCode> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EACCES: 'not_accessible',
  EPERM: 'not_accessible',
  EROFS: 'not_accessible',
  ENOTDIR: 'not_accessible',
};

const SYSTEM_ADVICE: Partial<Record<EmbeddedPostgresErrorCode, string>> = {
  no_space: 'The disk is full: free some space (a new cluster takes 50 MB), then start again.',
  not_accessible: 'Give this user access to it, or set DATA_DIR to a directory that it may write.',
};

const CANNOT_RUN =
  'Its programs need a Linux with glibc, or macOS; elsewhere (Alpine, say) set DATABASE_URL to a PostgreSQL ' +
  '15 to 18 of your own.';

/** Turns whatever was thrown on the way into an error of ours; ours pass unchanged. */
export function toEmbeddedPostgresError(error: unknown, dataDir: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const code = SYSTEM_CODES[systemCode(error) ?? ''] ?? 'failed';
  const said = messageOf(error);
  const hint = /^spawn .* ENOENT$/.test(said) ? CANNOT_RUN : SYSTEM_ADVICE[code];
  const message = `The embedded PostgreSQL in ${dataDir} could not be started: ${said}.${hint ? ` ${hint}` : ''}`;
  return new EmbeddedPostgresError(code, message, { cause: error });
}

/** The code of a system call's error (`ENOENT`, …), undefined for any other. */
export function systemCode(error: unknown): string | undefined {
  // By its shape: an error of Node's own is no instance of the Error of a test's realm.
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
