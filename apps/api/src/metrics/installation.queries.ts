import type { JobRow } from './job-metrics';

/** One row about the whole installation. Ages and durations are in seconds; times are those of the database's clock. */
export interface InstallationRow {
  readonly outboxEvents: number;
  readonly outboxAge: number;
  readonly lastPosition: number;
  readonly mailsQueued: number;
  readonly mailsRetried: number;
  readonly mailAge: number;
  readonly sessions: number;
  readonly databaseBytes: number;
  readonly connections: number;
  readonly connectionsMax: number;
  readonly longestTransaction: number;
  readonly jobs: readonly JobRow[];
}

/** $1 seconds after which a session that nobody uses has ended, $2 whether the server makes backups by itself: the job's row outlives that. Each part goes by an index, or over few rows. */
export const INSTALLATION = `
  SELECT (SELECT count(*) FROM events WHERE position IS NULL)::float8 AS "outboxEvents",
         (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(time)), 0) FROM events
           WHERE position IS NULL)::float8 AS "outboxAge",
         (SELECT coalesce(max(position), 0) FROM events)::float8 AS "lastPosition",
         (SELECT count(*) FROM outgoing_mails)::float8 AS "mailsQueued",
         (SELECT count(*) FROM outgoing_mails WHERE attempts > 1)::float8 AS "mailsRetried",
         (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
            FROM outgoing_mails)::float8 AS "mailAge",
         (SELECT count(*) FROM sessions WHERE revoked_at IS NULL AND expires_at > now()
             AND last_used_at > now() - make_interval(secs => $1))::float8 AS sessions,
         pg_database_size(current_database())::float8 AS "databaseBytes",
         (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())::float8 AS connections,
         current_setting('max_connections')::float8 AS "connectionsMax",
         (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid())::float8 AS "longestTransaction",
         (SELECT coalesce(json_agg(json_build_object(
             'name', name,
             'succeeded', coalesce(extract(epoch FROM succeeded_at), 0)::float8,
             'failed', coalesce(extract(epoch FROM failed_at), 0)::float8,
             'running', coalesce(leased_until > now(), false),
             'overdue', greatest(extract(epoch FROM now() - due_at), 0)::float8)), '[]'::json)
           FROM scheduled_jobs WHERE name <> 'backup' OR $2::boolean) AS jobs`;

/** Where the primary's log ends. */
export const LOG_END = 'SELECT pg_current_wal_flush_lsn()::text AS "end"';
