import { isNativeError } from 'node:util/types';
import { Conflict, StorageFull, Unavailable, ValidationFailed } from './common.errors';
import type { Problem } from './problem';

interface DatabaseError {
  readonly code: string;
  readonly constraint?: string;
}

/** SQLSTATEs of a server that is away, starting, full of connections, or that gave up on a lock or a deadline. */
const UNAVAILABLE = /^(08...|57P0[1-5]|53300|53400|55P03|57014|40001|40P01|25006)$/;
const CONNECTION = /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
/** What `pg` says without a code when a connection breaks, is silent, or the pool has none to give. */
const BROKEN =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client (has encountered a connection error|was closed)/;
const FULL = /^(53100|ENOSPC|EDQUOT)$/;
/** Data exceptions: a value that got past the checks and that no column can hold. */
const BAD_DATA = /^22...$/;
const CONFLICT = /^23(505|503|001|P01)$/;

export function isDatabaseError(thrown: unknown): thrown is DatabaseError & Error {
  return isNativeError(thrown) && typeof (thrown as Partial<DatabaseError>).code === 'string';
}

/** True when `thrown` is the violation of that constraint or unique index. */
export function violates(thrown: unknown, constraint: string): boolean {
  return isDatabaseError(thrown) && thrown.constraint === constraint;
}

/** The problem that a failure of the database or of a disk is to the client; undefined: none, it is a bug. */
export function databaseProblem(thrown: unknown): Problem | undefined {
  if (isNativeError(thrown) && BROKEN.test(thrown.message)) return Unavailable.error();
  if (!isDatabaseError(thrown)) return undefined;
  if (UNAVAILABLE.test(thrown.code) || CONNECTION.test(thrown.code)) return Unavailable.error();
  if (FULL.test(thrown.code)) return StorageFull.error();
  if (BAD_DATA.test(thrown.code)) return ValidationFailed.error('A value cannot be stored');
  if (CONFLICT.test(thrown.code)) return Conflict.error();
  return undefined;
}
