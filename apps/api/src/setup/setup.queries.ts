import { statement } from '@app/database';

/** One start at a time: each looks whether there is an admin, and acts on it. */
export const LOCK_SETUP = statement(
  `SELECT pg_advisory_xact_lock(hashtextextended('first administrator', 0))`,
);
