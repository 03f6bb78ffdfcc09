import { Injectable } from '@nestjs/common';
import { Database, first } from '@app/database';
import { recordEvent } from '../events/outbox';
import { UsersService } from '../users/users.service';
import { ACCESS_TOKEN_SECONDS, AccessTokens } from './access-tokens';
import { InvalidCredentials } from './auth.errors';
import { FIND_LOGIN, RECORD_LOGIN } from './auth.queries';
import type { LoginDto } from './dto/login.dto';
import { verifyPassword } from './passwords';
import { type Device, type OpenSession, SessionsService } from './sessions.service';
import type { Viewer } from './viewer';

type LoginRow = { id: string; passwordHash: string; status: string; role: string };

/** What a client gets who signs in or refreshes: JSON, the user's profile in it. */
export type SignedIn = string;

@Injectable()
export class AuthService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokens,
    private readonly users: UsersService,
  ) {}

  /** @throws InvalidCredentials, alike for whatever is wrong */
  async login({ login, password }: LoginDto, device: Device, requestId: string): Promise<SignedIn> {
    const found = await first<LoginRow>(this.database, FIND_LOGIN, [login]);
    const verified = await verifyPassword(password, found?.passwordHash);
    if (!found || !verified || found.status !== 'active' || found.role === 'agent')
      throw InvalidCredentials.error();
    const session = await this.database.transaction(async (tx) => {
      const [active] = await tx.query(RECORD_LOGIN, [found.id]);
      if (!active) throw InvalidCredentials.error();
      const opened = await this.sessions.open(tx, found.id, device);
      const data = { sessionId: opened.sessionId };
      await recordEvent(tx, { type: 'session.created', subject: found.id, actor: found.id, requestId, data });
      return opened;
    });
    return this.answer(session);
  }

  /** @throws InvalidRefreshToken */
  async refresh(refreshToken: string, requestId: string): Promise<SignedIn> {
    return this.answer(await this.sessions.rotate(refreshToken, requestId));
  }

  /** Ends the session that the viewer signed in with. */
  async logout({ id, sessionId, requestId }: Viewer): Promise<void> {
    if (sessionId === null) return;
    await this.database.transaction((tx) =>
      this.sessions.revoke(tx, { sessionId, userId: id, requestId }, 'logout'),
    );
  }

  private async answer({ userId, sessionId, refreshToken }: OpenSession): Promise<SignedIn> {
    const [accessToken, user] = await Promise.all([
      this.accessTokens.sign(userId, sessionId),
      this.users.profile(userId),
    ]);
    const tokens = { accessToken, refreshToken, tokenType: 'Bearer', expiresIn: ACCESS_TOKEN_SECONDS };
    return `${JSON.stringify(tokens).slice(0, -1)},"user":${user.text}}`;
  }
}
