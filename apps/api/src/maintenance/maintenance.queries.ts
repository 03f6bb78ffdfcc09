import { statement } from '@app/database';
import { NOT_PAUSED } from './installation-state.entity';

/** A statement that also tells whether the database answers. */
export const PAUSED = statement(`SELECT NOT (${NOT_PAUSED}) AS paused`);

export const PAUSED_SINCE = statement(`
  SELECT to_json(paused_at) #>> '{}' AS since, paused_reason AS reason FROM installation_state WHERE paused_at IS NOT NULL`);

/** $1 why. */
export const PAUSE = statement(`
  INSERT INTO installation_state (id, paused_at, paused_reason) VALUES (true, now(), $1)
  ON CONFLICT (id) DO UPDATE SET paused_at = now(), paused_reason = excluded.paused_reason`);

export const RESUME = statement(`
  UPDATE installation_state SET paused_at = NULL, paused_reason = NULL WHERE paused_at IS NOT NULL RETURNING id`);
