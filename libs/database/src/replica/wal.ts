import { statement } from '../statement';

/** A position in the write-ahead log: bytes since it began. */
export type WalPosition = bigint;

const bytes = (lsn: string) => `pg_wal_lsn_diff(${lsn}, '0/0')::bigint`;

/**
 * $1 client. `now`: where the primary's log ends; everything that was committed before lies below. `own`: what a replica must
 * have replayed to show the client's own writes. The table of last writes is not logged, so a crash empties it, and then the
 * checkpoint that ends recovery stands above every write that came before.
 */
export const FRESHNESS = statement(
  `
  SELECT ${bytes('pg_current_wal_insert_lsn()')}::text AS now,
         greatest((SELECT position FROM last_writes WHERE user_id = $1),
                  (SELECT ${bytes('redo_lsn')} FROM pg_control_checkpoint()))::text AS own`,
  'rows',
);

/** $1 client. Asked once the client's write is committed, so that the log's end lies above it. */
export const NOTE_WRITE = statement(
  `
  INSERT INTO last_writes (user_id, position) VALUES ($1, ${bytes('pg_current_wal_insert_lsn()')})
  ON CONFLICT (user_id) DO UPDATE SET position = greatest(last_writes.position, excluded.position)`,
);

/** How far a replica has replayed; null on a server that is none. */
export const REPLAYED = statement(
  `SELECT CASE WHEN pg_is_in_recovery() THEN ${bytes('pg_last_wal_replay_lsn()')} END::text AS replayed`,
);

/** Which cluster a server belongs to: positions of another one mean nothing. */
export const CLUSTER = statement('SELECT system_identifier::text AS cluster FROM pg_control_system()');

/** Where the primary's log ends. */
export const WAL_END = statement(`SELECT ${bytes('pg_current_wal_insert_lsn()')}::text AS now`);
