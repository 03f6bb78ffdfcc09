import { Injectable } from '@nestjs/common';
import { Database, first, type Queryable } from '@app/database';
import type { LinkPurpose } from '../auth/account-links.service';
import { SessionsService } from '../auth/sessions.service';
import type { Viewer } from '../auth/viewer';
import { ErasureJournalService } from '../backup/erasure-journal.service';
import { refuse, type Standing } from '../common/http/refusal';
import { Representation } from '../common/http/representation';
import { recordEvent } from '../events/outbox';
import { MailsService } from '../mail/mails.service';
import { type AccountState, administers, afterChange } from './account-state';
import { ACCOUNT, LOCK_ACCOUNTS } from './administration.queries';
import type { CreateUserDto } from './dto/create-user.dto';
import type { UpdateUserDto } from './dto/update-user.dto';
import { erasePerson } from './erasure.service';
import { LastAdmin, NoPassword, UserErased, UserNotFound } from './user.errors';
import { UsersService } from './users.service';

type Account = AccountState & Standing & { hasPassword: boolean; erased: boolean; othersAdminister: boolean };

/** What admins do with the accounts of others. There is always one active admin left, also when requests race. */
@Injectable()
export class AdministrationService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly mails: MailsService,
    private readonly journal: ErasureJournalService,
  ) {}

  /**
   * Who gets no password is invited: by mail, or by a link in the answer where no mail is set up.
   * @throws UsernameTaken, EmailTaken
   */
  async create(viewer: Viewer, input: CreateUserDto): Promise<Representation> {
    return this.database.transaction(async (tx) => {
      const made = await this.users.create(viewer, input, tx);
      const { id, status } = JSON.parse(made.text) as { id: string; status: string };
      if (status !== 'invited') return made;
      const invitationLink = await this.bringLink(tx, viewer, id, 'invitation');
      return invitationLink === null ? made : withMember(made, { invitationLink });
    });
  }

  /**
   * Has a link made that sets the user's password; until it is used, all stays as it is.
   * @returns the link, or null: it goes by mail
   * @throws UserNotFound, UserErased, NoPassword
   */
  async resetPassword(viewer: Viewer, id: string): Promise<string | null> {
    return this.database.transaction(async (tx) => {
      const { role, status } = await this.lock(tx, id, null);
      if (role === 'agent') throw NoPassword.error();
      return this.bringLink(tx, viewer, id, status === 'invited' ? 'invitation' : 'password_reset');
    });
  }

  /**
   * @param versions row versions that the change may be based on; null: any
   * @throws UserNotFound, PreconditionFailed, UserErased, LastAdmin, UsernameTaken, EmailTaken
   */
  async update(
    viewer: Viewer,
    id: string,
    { username, email, role, status }: UpdateUserDto,
    versions: string[] | null,
  ): Promise<Representation> {
    const names = { username, email };
    if (role === undefined && status === undefined) return this.users.update(viewer, id, names, versions);
    return this.database.transaction(async (tx) => {
      const user = await this.lock(tx, id, versions);
      const next = afterChange(user, { ...(role ? { role } : {}), ...(status ? { status } : {}) });
      keepAnAdmin(user, next);
      const changesStatus = status !== undefined || next.status !== user.status;
      if (next.status === 'suspended') await this.sessions.revokeAll(tx, id, 'suspended');
      const written = { ...names, role, status: changesStatus ? next.status : undefined };
      return this.users.update(viewer, id, written, null, tx);
    });
  }

  /**
   * Takes all that tells who somebody was; their work stays, under a name that tells nothing.
   * @param versions row versions that this may be based on; null: any
   * @throws UserNotFound, PreconditionFailed, UserErased, LastAdmin
   */
  async erase(viewer: Viewer, id: string, versions: string[] | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      const user = await this.lock(tx, id, versions);
      keepAnAdmin(user, { ...user, status: 'deleted' });
      await erasePerson(tx, id, { actor: viewer.id, requestId: viewer.requestId });
    });
    await this.journal.erased();
  }

  /** Ends every session of the user. @throws UserNotFound, UserErased */
  async logout({ id: actor, requestId }: Viewer, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.lock(tx, id, null);
      const ended = await this.sessions.revokeAll(tx, id, 'forced');
      const data = { reason: 'forced', sessions: ended };
      await recordEvent(tx, { type: 'session.revoked', subject: id, actor, requestId, data });
    });
  }

  private async bringLink(tx: Queryable, viewer: Viewer, subject: string, purpose: LinkPurpose) {
    const { id: actor, requestId } = viewer;
    await recordEvent(tx, { type: 'user.link_issued', subject, actor, requestId, data: { purpose } });
    return this.mails.bring(tx, purpose, subject);
  }

  /** Every administrative transaction begins with this, and is alone from then on. */
  private async lock(tx: Queryable, id: string, versions: string[] | null): Promise<Account> {
    await tx.query(LOCK_ACCOUNTS, [id]);
    const user = await first<Account>(tx, ACCOUNT, [id]);
    refuse(user, UserNotFound, versions);
    if (!user) throw UserNotFound.error();
    if (user.erased) throw UserErased.error();
    return user;
  }
}

/** @throws LastAdmin when the change would leave nobody who administers */
function keepAnAdmin(now: Account, next: AccountState): void {
  if (administers(now) && !administers(next) && !now.othersAdminister) throw LastAdmin.error();
}

function withMember(
  { text, version }: Representation,
  member: Readonly<Record<string, string>>,
): Representation {
  return new Representation(`${text.slice(0, -1)}, ${JSON.stringify(member).slice(1)}`, version);
}
