import {
  anyOf,
  assignments,
  condition,
  ReadList,
  ReadShape,
  since,
  statement,
  StatementCache,
} from '@app/database';
import { eventOf } from '../events/outbox';
import { User } from './user.entity';

/** A user as they see themselves, and as admins see them. */
export const profileShape = new ReadShape(User);
/** A user as the rest of the team sees them. */
export const userShape = new ReadShape(User, { omit: ['email'] });

export const PROFILE_BY_ID = profileShape.byKey('id');
export const USER_BY_ID = userShape.byKey('id');

const listing = {
  where: `$.status <> 'deleted'`,
  defaultSort: '-createdAt',
  filters: {
    status: anyOf('status'),
    role: anyOf('role'),
    q: condition('strpos(lower($.username), lower(?::text)) > 0'),
    createdSince: since('createdAt'),
  },
};

export const profileList = new ReadList(profileShape, listing);
export const userList = new ReadList(userShape, listing);

export const HAS_ADMIN = statement(`
  SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND status = 'active') AS "hasAdmin"`);

/** What a client may write. */
export const WRITABLE = ['username', 'email', 'role', 'status'] as const;
export type UserField = (typeof WRITABLE)[number];

/** $1 actor or null, $2 request id or null. */
const EVENT = { actor: '$1', requestId: '$2' };

const ANSWER = `SELECT changed.version, ${profileShape.json('changed')}::text AS json FROM changed`;

/** … $3 username, $4 email, $5 password hash, $6 status, $7 role. */
export const CREATE_USER = statement(`
  WITH changed AS (
    INSERT INTO users (username, email, password_hash, status, role) VALUES ($3, $4, $5, $6, $7)
    RETURNING *, xmin::text AS version
  ), event AS (${eventOf('user.created', 'changed', EVENT)})
  ${ANSWER}`);

/** $1 request id, $2 username, $3 email, $4 password hash: no row when one of the names is taken. */
export const REGISTER_USER = statement(`
  WITH changed AS (
    INSERT INTO users (username, email, password_hash, status, role) VALUES ($2, $3, $4, 'invited', 'user')
    ON CONFLICT DO NOTHING RETURNING id
  ), event AS (${eventOf('user.created', 'changed', { actor: 'NULL', requestId: '$1' })})
  SELECT id FROM changed`);

const updates = new StatementCache();

/** … $3 id, $4 accepted versions or null, $5 names of the fields (JSON), $6… their values. */
export function updateUser(fields: readonly UserField[]) {
  return updates.get(
    fields.join(),
    () => `
    WITH changed AS (
      UPDATE users u SET ${assignments(profileShape, fields, 6)}
      WHERE u.id = $3 AND u.status <> 'deleted' AND ($4::text[] IS NULL OR u.xmin::text = ANY($4::text[]))
      RETURNING u.*, u.xmin::text AS version
    ), event AS (
      ${eventOf('user.updated', 'changed', { ...EVENT, data: `jsonb_build_object('changed', $5::jsonb)` })}
    )
    ${ANSWER}`,
  );
}

/** $1 id. */
export const USER_STANDING = statement(`
  SELECT xmin::text AS version, true AS allowed, status = 'deleted' AS erased FROM users WHERE id = $1`);

/** $1 id. */
export const PASSWORD_OF = statement(`SELECT password_hash AS "passwordHash" FROM users WHERE id = $1`);

/** … $3 id, $4 the hash that the change is based on, $5 the new one. */
export const CHANGE_PASSWORD = statement(`
  WITH changed AS (
    UPDATE users SET password_hash = $5 WHERE id = $3 AND password_hash = $4 AND status = 'active' RETURNING id
  ), event AS (${eventOf('user.password_changed', 'changed', EVENT)})
  SELECT id FROM changed`);
