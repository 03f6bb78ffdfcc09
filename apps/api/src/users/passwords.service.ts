import { Injectable } from '@nestjs/common';
import { Database, first } from '@app/database';
import { hashPassword, verifyPassword } from '../auth/passwords';
import { AttemptsService } from '../auth/attempts.service';
import { SessionsService } from '../auth/sessions.service';
import type { Viewer } from '../auth/viewer';
import type { ChangePasswordDto } from './dto/change-password.dto';
import { WrongPassword } from './user.errors';
import { CHANGE_PASSWORD, PASSWORD_OF } from './user.queries';

@Injectable()
export class PasswordsService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly attempts: AttemptsService,
  ) {}

  /** Of two changes at once that know the same password, one wins. @throws WrongPassword, TooManyRequests */
  async change(viewer: Viewer, input: ChangePasswordDto): Promise<void> {
    await this.attempts.spendOnOwnPassword(viewer.id);
    const { currentPassword, newPassword, endOtherSessions = true } = input;
    const stored = await first<{ passwordHash: string }>(this.database, PASSWORD_OF, [viewer.id]);
    if (!stored || !(await verifyPassword(currentPassword, stored.passwordHash))) throw wrongPassword();
    const hash = await hashPassword(newPassword);
    await this.database.transaction(async (tx) => {
      const values = [viewer.id, viewer.requestId, viewer.id, stored.passwordHash, hash];
      const [changed] = await tx.query(CHANGE_PASSWORD, values);
      if (!changed) throw wrongPassword();
      if (endOtherSessions)
        await this.sessions.revokeAll(tx, viewer.id, 'password_changed', viewer.sessionId);
    });
    await this.attempts.ownPasswordKnown(viewer.id);
  }
}

function wrongPassword() {
  const detail = 'currentPassword is not the current one';
  const errors = [{ in: 'body', pointer: '#/currentPassword', code: 'wrong_password', detail }] as const;
  return WrongPassword.error(undefined, { errors });
}
