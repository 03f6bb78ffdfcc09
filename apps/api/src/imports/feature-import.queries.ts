import { statement } from '@app/database';
import { eventOf } from '../events/outbox';

/** $1 source. Held until the transaction ends: of two imports at once, each sees what the other has made before it writes. */
export const LOCK_SOURCE = statement(
  `SELECT pg_advisory_xact_lock(hashtextextended('import ' || $1::text, 0))`,
);

/** $1 source, $2 external ids: those of features that were imported before, also when they are gone. */
export const KNOWN_FEATURES = statement(`
  SELECT external_id AS "externalId" FROM external_references
   WHERE source = $1 AND kind = 'feature' AND external_id = ANY($2::text[])`);

/** $1 source, $2 external ids. */
export const KNOWN_USERS = statement(`
  SELECT r.external_id AS "externalId", u.id AS "subjectId"
    FROM external_references r JOIN users u ON u.id = r.subject_id
   WHERE r.source = $1 AND r.kind = 'user' AND r.external_id = ANY($2::text[])`);

/** $1 username, $2 email, $3 password hash, $4 external id, $5 source. No row: the username or the email is taken. */
export const IMPORT_USER = statement(`
  WITH changed AS (
    INSERT INTO users (username, email, password_hash, status, role) VALUES ($1, $2, $3, 'invited', 'user')
    ON CONFLICT DO NOTHING RETURNING id
  ), referenced AS (
    INSERT INTO external_references (source, kind, external_id, subject_id)
    SELECT $5::text, 'user', $4::text, id FROM changed
    ON CONFLICT (source, kind, external_id) DO UPDATE SET subject_id = EXCLUDED.subject_id
  ), event AS (${eventOf('user.created', 'changed', {
    actor: 'NULL',
    requestId: 'NULL',
    data: `jsonb_build_object('source', $5::text)`,
  })})
  SELECT id FROM changed`);

/** $1 source, $2 external id, $3 username in lower case: from now on they are the same person. Answers the user's id. */
export const MAP_USER = statement(`
  WITH somebody AS (
    SELECT id FROM users WHERE lower(username) = $3 AND status <> 'deleted'
  ), referenced AS (
    INSERT INTO external_references AS known (source, kind, external_id, subject_id)
    SELECT $1::text, 'user', $2::text, id FROM somebody
    ON CONFLICT (source, kind, external_id) DO UPDATE SET subject_id = EXCLUDED.subject_id
      WHERE known.subject_id <> EXCLUDED.subject_id
  )
  SELECT id FROM somebody`);

/** $1 username in lower case. */
export const USER_BY_NAME = statement(
  `SELECT id FROM users WHERE lower(username) = $1 AND status <> 'deleted'`,
);
