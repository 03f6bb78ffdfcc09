import { byKey, equals, ReadList, ReadShape, statement } from '@app/database';
import { eventOf } from '../events/outbox';
import { ApiToken } from './api-token.entity';

/** A token as its owner sees it in a list: neither the token nor its hash. */
export const tokenShape = new ReadShape(ApiToken, { omit: ['userId', 'revokedAt'] });

export const tokenList = new ReadList(tokenShape, {
  where: '$.revoked_at IS NULL',
  defaultSort: '-createdAt',
  filters: { owner: equals('userId') },
});

const LIVE = 't.revoked_at IS NULL AND t.expires_at > now()';

/** By hash: the token and its owner's role, while both stand. `stale`: its last use should be written again. */
export const TOKEN_IN_USE = byKey(`
  SELECT t.token_hash AS key, t.id, t.user_id AS "userId", t.scopes, u.role,
         t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute' AS stale
  FROM api_tokens t JOIN users u ON u.id = t.user_id
  WHERE t.token_hash = ANY($1) AND ${LIVE} AND u.status = 'active'`);

/** $1 token. */
export const TOUCH_TOKEN = statement(`
  UPDATE api_tokens SET last_used_at = now()
  WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`);

/** $1 user. */
export const TOKEN_OWNER = statement(`SELECT role, status = 'deleted' AS erased FROM users WHERE id = $1`);

/** What happened to the tokens that `changed` holds, told of their owner. $1 actor, $2 request id. */
const told = (type: 'token.created' | 'token.revoked' | 'token.rotated', data: string) => `
  owner AS (SELECT * FROM (SELECT user_id AS id, id AS token FROM changed) owners),
  event AS (${eventOf(type, 'owner', { actor: '$1', requestId: '$2', data })})`;

const TOKEN_ID = `jsonb_build_object('tokenId', owner.token)`;
const ANSWER = `SELECT ${tokenShape.json('changed')}::text AS json FROM changed`;
const COLUMNS = 'user_id, name, token_hash, hint, scopes, expires_at, created_at, created_by';

/** Longest life of a token; the minute is for clocks that differ. */
const LONGEST = `interval '1 year 1 minute'`;

/** … $3 owner, $4 name, $5 hash, $6 hint, $7 scopes, $8 expiry: no row when that is past or too far. */
export const CREATE_TOKEN = statement(`
  WITH changed AS (
    INSERT INTO api_tokens (${COLUMNS})
    SELECT $3::uuid, $4::text, $5::text, $6::text, $7::text[], $8::timestamptz, now(), $1::uuid
    WHERE $8::timestamptz > now() AND $8::timestamptz <= now() + ${LONGEST} RETURNING *
  ), ${told('token.created', TOKEN_ID)}
  ${ANSWER}`);

/** … $3 owner, $4 token. */
export const REVOKE_TOKEN = statement(`
  WITH changed AS (
    UPDATE api_tokens SET revoked_at = now() WHERE id = $4 AND user_id = $3 AND revoked_at IS NULL RETURNING *
  ), ${told('token.revoked', TOKEN_ID)}
  SELECT id FROM changed`);

/** … $3 owner, $4 token, $5 hash and $6 hint of the next one, $7 seconds for which the old one stays good. */
export const ROTATE_TOKEN = statement(`
  WITH old AS (
    SELECT * FROM api_tokens t WHERE t.id = $4 AND t.user_id = $3 AND ${LIVE} FOR UPDATE
  ), ended AS (
    UPDATE api_tokens t SET expires_at = least(t.expires_at, now() + make_interval(secs => $7::int)),
                            revoked_at = CASE WHEN $7::int = 0 THEN now() END
    FROM old WHERE t.id = old.id
  ), changed AS (
    INSERT INTO api_tokens (${COLUMNS})
    SELECT user_id, name, $5::text, $6::text, scopes, now() + (expires_at - created_at), now(), $1::uuid FROM old
    RETURNING *
  ), ${told('token.rotated', `jsonb_build_object('tokenId', owner.token, 'replaces', $4::uuid)`)}
  ${ANSWER}`);
