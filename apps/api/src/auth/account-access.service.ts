import { Inject, Injectable } from '@nestjs/common';
import { Database, first, type Queryable } from '@app/database';
import { CONFIG, type Config } from '../config/config';
import { MailsService } from '../mail/mails.service';
import { UsersService } from '../users/users.service';
import { OWNER_OF_EMAIL, REQUEST_RESET, SET_PASSWORD } from './account-access.queries';
import { AccountLinksService } from './account-links.service';
import { AttemptsService } from './attempts.service';
import { InvalidLink, RegistrationClosed } from './auth.errors';
import type { RegisterDto } from './dto/register.dto';
import type { ResetPasswordDto } from './dto/reset-password.dto';
import { noteOrigin, type Origin } from './origins';
import { hashPassword } from './passwords';
import { SessionsService } from './sessions.service';

/** What people do who cannot sign in, or not yet. None of it tells who has an account: mails do, to their owner. */
@Injectable()
export class AccountAccessService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly links: AccountLinksService,
    private readonly mails: MailsService,
    private readonly attempts: AttemptsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A mail goes to who has that address, if they have an account and mails are set up. @throws TooManyRequests */
  async forgot(email: string, origin: Origin): Promise<void> {
    await this.attempts.spendOnMail(email, origin.ip);
    await this.database.transaction(async (tx) => {
      const found = await first<{ id: string | null }>(tx, REQUEST_RESET, [origin.requestId, email]);
      await noteOrigin(tx, found?.id ?? null, origin);
      await this.mails.queue(tx, { kind: 'password_reset', userId: found?.id ?? null });
    });
  }

  /**
   * Sets the password by a link, and ends all sessions. Who was invited is active from then on.
   * @throws InvalidLink, TooManyRequests
   */
  reset({ token, newPassword }: ResetPasswordDto, origin: Origin): Promise<void> {
    return this.attempts.guess('reset', origin.ip, () =>
      this.database.transaction(async (tx) => {
        const userId = await this.links.redeem(tx, token);
        if (userId === undefined) throw InvalidLink.error();
        const hash = await hashPassword(newPassword);
        const [changed] = await tx.query(SET_PASSWORD, [origin.requestId, userId, hash]);
        if (!changed) throw InvalidLink.error();
        await noteOrigin(tx, userId, origin);
        await this.sessions.revokeAll(tx, userId, 'password_reset');
      }),
    );
  }

  /** @throws RegistrationClosed, TooManyRequests */
  async register({ username, email }: RegisterDto, origin: Origin): Promise<void> {
    if (this.config.REGISTRATION === 'closed') throw RegistrationClosed.error();
    await this.attempts.spendOnMail(email, origin.ip);
    await this.database.transaction(async (tx) => {
      const userId = await this.users.register({ username, email }, origin.requestId, tx);
      await noteOrigin(tx, userId ?? null, origin);
      if (userId === undefined) await this.tellTaken(tx, email);
      else await this.mails.queue(tx, { kind: 'invitation', userId });
    });
  }

  /** What was wrong is told to the owner of the address alone. */
  private async tellTaken(tx: Queryable, email: string): Promise<void> {
    const owner = await first<{ id: string; status: string }>(tx, OWNER_OF_EMAIL, [email]);
    if (!owner) return this.mails.queue(tx, { kind: 'username_taken', userId: null, address: email });
    const kind = owner.status === 'invited' ? 'invitation' : 'account_exists';
    return this.mails.queue(tx, { kind, userId: owner.id });
  }
}
