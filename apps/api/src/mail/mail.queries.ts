import { statement } from '@app/database';
import { NOT_PAUSED } from '../maintenance/installation-state.entity';

/** $1 kind, $2 user or null, $3 address or null. */
export const QUEUE_MAIL = statement(`
  INSERT INTO outgoing_mails (kind, user_id, address, due_at, created_at) VALUES ($1, $2, $3, now(), now())`);

/**
 * Takes the mail that is due longest. It is due again after a while that doubles each time, up to an hour: when the process dies
 * meanwhile, another sends it. So a mail may come twice, but is never lost. None is taken while work is paused.
 */
export const CLAIM_MAIL = statement(`
  UPDATE outgoing_mails SET attempts = attempts + 1,
         due_at = now() + make_interval(secs => least(3600, 30 * 2 ^ attempts))
  WHERE id = (SELECT id FROM outgoing_mails WHERE due_at <= now() ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    AND ${NOT_PAUSED}
  RETURNING id, kind, user_id AS "userId", address, attempts`);

/** $1 id. */
export const DROP_MAIL = statement(`DELETE FROM outgoing_mails WHERE id = $1`);

/** $1 user. */
export const RECIPIENT = statement(`SELECT username, email, status FROM users WHERE id = $1`);
