import { statement } from '@app/database';
import { NOT_PAUSED } from '../maintenance/installation-state.entity';

/** $1 name, $2 when it is due. A schedule that was changed may only bring it nearer; one that was missed is made up for. */
export const PLAN_JOB = statement(`
  INSERT INTO scheduled_jobs (name, due_at) VALUES ($1, $2::timestamptz)
  ON CONFLICT (name) DO UPDATE SET due_at = least(scheduled_jobs.due_at, excluded.due_at)`);

const FREE = `(leased_until IS NULL OR leased_until < now()) AND ${NOT_PAUSED}`;

/** $1 names. */
export const DUE_JOBS = statement(`
  SELECT name FROM scheduled_jobs WHERE name = ANY ($1::text[]) AND due_at <= now() AND ${FREE} ORDER BY due_at`);

/** $1 name, $2 when it is due again. One process gets it. */
export const CLAIM_JOB = statement(`
  UPDATE scheduled_jobs SET due_at = $2::timestamptz, started_at = now(), leased_until = now() + interval '1 minute'
  WHERE name = $1 AND due_at <= now() AND ${FREE} RETURNING name`);

/** $1 name. */
export const RENEW_JOB = statement(`
  UPDATE scheduled_jobs SET leased_until = now() + interval '1 minute' WHERE name = $1`);

/** $1 name, $2 what went wrong, or null. */
export const END_JOB = statement(`
  UPDATE scheduled_jobs SET leased_until = NULL, error = $2::text,
    succeeded_at = CASE WHEN $2::text IS NULL THEN now() ELSE succeeded_at END,
    failed_at = CASE WHEN $2::text IS NULL THEN failed_at ELSE now() END
  WHERE name = $1`);

export const JOB_STATES = statement(`
  SELECT name, to_json(due_at) #>> '{}' AS "dueAt", to_json(succeeded_at) #>> '{}' AS "succeededAt",
         to_json(failed_at) #>> '{}' AS "failedAt", error
  FROM scheduled_jobs ORDER BY name`);
