import { Inject, Injectable } from '@nestjs/common';
import { Database, first, type Page, type PageRequest, type Queryable } from '@app/database';
import { TooManyRequests } from '../common/errors/common.errors';
import { Problem } from '../common/errors/problem';
import { CONFIG, type Config } from '../config/config';
import { recordEvent } from '../events/outbox';
import { UsersService } from '../users/users.service';
import { AccessTokens } from './access-tokens';
import { AttemptsService } from './attempts.service';
import { InvalidCredentials, SessionNotFound } from './auth.errors';
import { signInsJudged } from './auth.observations';
import { FIND_LOGIN, RECORD_LOGIN, REHASH } from './auth.queries';
import type { LoginDto } from './dto/login.dto';
import { hashPassword, isOutdated, verifyPassword } from './passwords';
import { noteOrigin, type Origin } from './origins';
import { type OpenSession, SessionsService } from './sessions.service';
import type { Viewer } from './viewer';

/** `here`: whether they signed in from this address before. */
type LoginRow = { id: string; passwordHash: string; status: string; role: string; here: boolean };

/** What a client gets who signs in or refreshes: JSON, the user's profile in it. */
export type SignedIn = string;

@Injectable()
export class AuthService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly accessTokens: AccessTokens,
    private readonly users: UsersService,
    private readonly attempts: AttemptsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws InvalidCredentials, alike for whatever is wrong; TooManyRequests */
  async login(attempt: LoginDto, origin: Origin): Promise<SignedIn> {
    try {
      const answer = await this.signIn(attempt, origin);
      signInsJudged.tell({ outcome: 'accepted' });
      return answer;
    } catch (error) {
      const kind = error instanceof Problem ? error.kind : undefined;
      if (kind === InvalidCredentials) signInsJudged.tell({ outcome: 'refused' });
      if (kind === TooManyRequests) signInsJudged.tell({ outcome: 'limited' });
      throw error;
    }
  }

  private async signIn({ login, password }: LoginDto, origin: Origin): Promise<SignedIn> {
    await this.attempts.spendOnLogin(login, origin.ip);
    const found = await first<LoginRow>(this.database, FIND_LOGIN, [login, origin.ip]);
    if (!found?.here) await this.attempts.spendOnAccount(login);
    const verified = await verifyPassword(password, found?.passwordHash);
    if (!found || !verified || found.status !== 'active' || found.role === 'agent')
      throw await this.failed(found?.id ?? null, origin);
    const rehashed = isOutdated(found.passwordHash) ? await hashPassword(password) : null;
    const session = await this.database.transaction(async (tx) => {
      const [active] = await tx.query(RECORD_LOGIN, [found.id]);
      if (!active) throw InvalidCredentials.error();
      if (rehashed !== null) await tx.query(REHASH, [found.id, found.passwordHash, rehashed]);
      return this.openSession(tx, found.id, origin);
    });
    await this.attempts.loginSucceeded(login, origin.ip);
    return this.answer(session);
  }

  /** @throws InvalidRefreshToken, TooManyRequests */
  async refresh(refreshToken: string, origin: Origin): Promise<SignedIn> {
    const session = await this.attempts.guess('refresh', origin.ip, () =>
      this.sessions.rotate(refreshToken, origin),
    );
    return this.answer(session);
  }

  /** The viewer's sessions that have not ended; `current` is the one of this request. */
  async listSessions(viewer: Viewer, request: Omit<PageRequest, 'filters'>): Promise<Page> {
    const page = await this.sessions.list(viewer.id, request);
    const sessions = JSON.parse(page.items) as { id: string }[];
    const marked = sessions.map((each) => ({ ...each, current: each.id === viewer.sessionId }));
    return { ...page, items: JSON.stringify(marked) };
  }

  /** @throws SessionNotFound */
  async endSession({ id, requestId }: Viewer, sessionId: string): Promise<void> {
    const ended = await this.database.transaction((tx) =>
      this.sessions.revoke(tx, { sessionId, userId: id, requestId }, 'revoked'),
    );
    if (!ended) throw SessionNotFound.error();
  }

  /** Ends the session that the viewer signed in with. */
  async logout({ id, sessionId, requestId }: Viewer): Promise<void> {
    if (sessionId === null) return;
    await this.database.transaction((tx) =>
      this.sessions.revoke(tx, { sessionId, userId: id, requestId }, 'logout'),
    );
  }

  /** Ends all sessions of the viewer. */
  async logoutAll({ id, requestId }: Viewer): Promise<void> {
    await this.database.transaction(async (tx) => {
      const sessions = await this.sessions.revokeAll(tx, id, 'logout_all');
      const data = { reason: 'logout_all', sessions };
      await recordEvent(tx, { type: 'session.revoked', subject: id, actor: id, requestId, data });
    });
  }

  /** Written for unknown names too, so that these take as long. */
  private async failed(userId: string | null, origin: Origin): Promise<Error> {
    const { requestId } = origin;
    await this.database.transaction(async (tx) => {
      await noteOrigin(tx, userId, origin);
      await recordEvent(tx, { type: 'session.failed', subject: userId, actor: null, requestId });
    });
    return InvalidCredentials.error();
  }

  private async openSession(tx: Queryable, userId: string, origin: Origin): Promise<OpenSession> {
    const opened = await this.sessions.open(tx, userId, origin);
    const data = { sessionId: opened.sessionId };
    await noteOrigin(tx, userId, origin);
    const event = { subject: userId, actor: userId, requestId: origin.requestId, data };
    await recordEvent(tx, { type: 'session.created', ...event });
    return opened;
  }

  private async answer({ userId, sessionId, refreshToken }: OpenSession): Promise<SignedIn> {
    const [accessToken, user] = await Promise.all([
      this.accessTokens.sign(userId, sessionId),
      this.users.profile(userId),
    ]);
    const expiresIn = this.config.ACCESS_TOKEN_SECONDS;
    const tokens = { accessToken, refreshToken, tokenType: 'Bearer', expiresIn };
    return `${JSON.stringify(tokens).slice(0, -1)},"user":${user.text}}`;
  }
}
