import { ReadShape, statement } from '@app/database';
import { eventOf } from '../events/outbox';
import { User } from './user.entity';

/** A user as they see themselves, and as admins see them. */
export const profileShape = new ReadShape(User);
/** A user as the rest of the team sees them. */
export const userShape = new ReadShape(User, { omit: ['email'] });

export const PROFILE_BY_ID = profileShape.select('u WHERE u.id = $1');

/** $1 actor or null, $2 request id or null, $3 username, $4 email, $5 password hash, $6 status, $7 role. */
export const CREATE_USER = statement(`
  WITH changed AS (
    INSERT INTO users (username, email, password_hash, status, role) VALUES ($3, $4, $5, $6, $7)
    RETURNING *, xmin::text AS version
  ), event AS (${eventOf('user.created', 'changed', { actor: '$1', requestId: '$2' })})
  SELECT changed.version, ${profileShape.json('changed')}::text AS json FROM changed`);
