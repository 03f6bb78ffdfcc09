import { Injectable } from '@nestjs/common';
import { Database, first, lookUp, type Page, type PageRequest, type Queryable } from '@app/database';
import { hashPassword, UNUSABLE_HASH } from '../auth/passwords';
import { isAdmin, type Viewer } from '../auth/viewer';
import { violates } from '../common/errors/database-problem';
import { changesIn } from '../common/http/merge-patch';
import { refuse, type Standing } from '../common/http/refusal';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import { EmailTaken, UserErased, UsernameTaken, UserNotFound } from './user.errors';
import type { UserRole } from './user.entity';
import {
  CREATE_USER,
  HAS_ADMIN,
  PROFILE_BY_ID,
  REGISTER_USER,
  profileList,
  updateUser,
  USER_BY_ID,
  USER_STANDING,
  type UserField,
  userList,
  WRITABLE,
} from './user.queries';

/** Somebody who is to have an account; without a password they are invited, but for agents, who sign in by API token. */
export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly password?: string | undefined;
  readonly role?: UserRole | undefined;
}

/** On whose behalf, and in which request. */
interface Actor {
  /** Null: the system itself. */
  readonly id: string | null;
  readonly requestId: string | null;
}

export type UserPatch = { readonly [field in UserField]?: string | undefined };

@Injectable()
export class UsersService {
  constructor(private readonly database: Database) {}

  /** Admins see emails in it, others do not. Erased users are not in it. */
  list(viewer: Viewer, request: PageRequest): Promise<Page> {
    return (isAdmin(viewer) ? profileList : userList).page(this.database, request);
  }

  /** The user, with their email if it is the viewer's own or the viewer is an admin. @throws UserNotFound */
  async get(viewer: Viewer, id: string): Promise<Representation> {
    if (isAdmin(viewer) || viewer.id === id) return this.profile(id);
    const row = await lookUp<VersionedRow>(this.database, USER_BY_ID, id);
    if (!row) throw UserNotFound.error();
    return represent(row);
  }

  /** The user as they see themselves. @throws UserNotFound */
  async profile(id: string, on: Queryable = this.database): Promise<Representation> {
    const row = await lookUp<VersionedRow>(on, PROFILE_BY_ID, id);
    if (!row) throw UserNotFound.error();
    return represent(row);
  }

  /** Whether anybody can administer. */
  async hasAdmin(on: Queryable = this.database): Promise<boolean> {
    const row = await first<{ hasAdmin: boolean }>(on, HAS_ADMIN);
    return row?.hasAdmin === true;
  }

  /**
   * @param by who makes the account; null: the system itself
   * @throws UsernameTaken, EmailTaken
   */
  async create(
    by: Actor | null,
    { username, email, password, role = 'user' }: NewUser,
    on: Queryable = this.database,
  ): Promise<Representation> {
    const hash = password === undefined ? UNUSABLE_HASH : await hashPassword(password);
    const status = password === undefined && role !== 'agent' ? 'invited' : 'active';
    const values = [by?.id ?? null, by?.requestId ?? null, username, email, hash, status, role];
    const row = await first<VersionedRow>(on, CREATE_USER, values).catch(tellTaken);
    if (!row) throw new Error('an insert answers its row');
    return represent(row);
  }

  /** An invited user; undefined when the name or the address is taken. */
  async register(
    { username, email }: Pick<NewUser, 'username' | 'email'>,
    requestId: string,
    on: Queryable,
  ): Promise<string | undefined> {
    const values = [requestId, username, email, UNUSABLE_HASH];
    return (await first<{ id: string }>(on, REGISTER_USER, values))?.id;
  }

  /**
   * Writes the fields that the patch has. What a change of role or status means for the others is
   * `AdministrationService`'s to judge.
   * @param versions row versions that the change may be based on; null: any
   * @throws UserNotFound, PreconditionFailed, UserErased, UsernameTaken, EmailTaken
   */
  async update(
    by: Actor,
    id: string,
    patch: UserPatch,
    versions: string[] | null,
    on: Queryable = this.database,
  ): Promise<Representation> {
    const { fields, names, values } = changesIn(patch, WRITABLE);
    if (fields.length === 0) return this.unchanged(id, versions, on);
    const given = [by.id, by.requestId, id, versions, names, ...values];
    const row = await first<VersionedRow>(on, updateUser(fields), given).catch(tellTaken);
    if (row) return represent(row);
    await this.refuseChange(id, versions, on);
    throw UserNotFound.error();
  }

  private async unchanged(id: string, versions: string[] | null, on: Queryable): Promise<Representation> {
    await this.refuseChange(id, versions, on);
    return this.profile(id, on);
  }

  private async refuseChange(id: string, versions: string[] | null, on: Queryable): Promise<void> {
    const standing = await first<Standing & { erased: boolean }>(on, USER_STANDING, [id]);
    refuse(standing, UserNotFound, versions);
    if (standing?.erased) throw UserErased.error();
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
