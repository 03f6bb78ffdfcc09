import { Injectable } from '@nestjs/common';
import { Database, first, type Queryable } from '@app/database';
import { hashPassword, UNUSABLE_HASH } from '../auth/passwords';
import type { Viewer } from '../auth/viewer';
import { violates } from '../common/errors/database-problem';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import { EmailTaken, UsernameTaken, UserNotFound } from './user.errors';
import type { UserRole } from './user.entity';
import { CREATE_USER, PROFILE_BY_ID } from './user.queries';

/** Somebody who is to have an account; without a password they are invited. */
export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly password?: string | undefined;
  readonly role?: UserRole | undefined;
}

@Injectable()
export class UsersService {
  constructor(private readonly database: Database) {}

  /** The user as they see themselves. @throws UserNotFound */
  async profile(id: string): Promise<Representation> {
    const row = await first<VersionedRow>(this.database, PROFILE_BY_ID, [id]);
    if (!row) throw UserNotFound.error();
    return represent(row);
  }

  /**
   * @param by who makes the account; null: the system itself
   * @throws UsernameTaken, EmailTaken
   */
  async create(
    by: Pick<Viewer, 'id' | 'requestId'> | null,
    { username, email, password, role = 'user' }: NewUser,
    on: Queryable = this.database,
  ): Promise<Representation> {
    const hash = password === undefined ? UNUSABLE_HASH : await hashPassword(password);
    const status = password === undefined ? 'invited' : 'active';
    const values = [by?.id ?? null, by?.requestId ?? null, username, email, hash, status, role];
    const row = await first<VersionedRow>(on, CREATE_USER, values).catch(tellTaken);
    if (!row) throw new Error('an insert answers its row');
    return represent(row);
  }
}

/** The unique indexes judge, so that two requests at once cannot both win. */
function tellTaken(thrown: unknown): never {
  if (['users_username_key', 'users_username_lower_key'].some((name) => violates(thrown, name)))
    throw UsernameTaken.error();
  if (['users_email_key', 'users_email_lower_key'].some((name) => violates(thrown, name)))
    throw EmailTaken.error();
  throw thrown;
}
