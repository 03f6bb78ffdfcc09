import { Inject, Injectable } from '@nestjs/common';
import { Database, first, lookUp, type Page, type PageRequest, type Queryable } from '@app/database';
import { CONFIG, type Config } from '../config/config';
import { recordEvent } from '../events/outbox';
import { InvalidRefreshToken } from './auth.errors';
import { BoundedMap } from './bounded-map';
import { noteOrigin, type Origin } from './origins';
import type { Role } from './permissions';
import { hashSecret, newSecret } from './secrets';
import {
  ADD_REFRESH_TOKEN,
  FIND_REFRESH_TOKEN,
  OPEN_SESSION,
  REVOKE_SESSION,
  REVOKE_SESSIONS,
  SESSION_IN_USE,
  sessionList,
  SPENT_LATELY,
  SPEND_REFRESH_TOKEN,
  TOUCH_SESSION,
} from './sessions.queries';

/** Where a session is used from. */
export interface Device {
  readonly ip: string;
  readonly userAgent: string | undefined;
}

export interface OpenSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly refreshToken: string;
}

type RefreshRow = { sessionId: string; userId: string; alive: boolean };
type Rotation = OpenSession | { readonly refused: true };

/** Sessions of people who signed in, each with one live refresh token that is good once. */
@Injectable()
export class SessionsService {
  private readonly roles = new BoundedMap<string, Role>();

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The role that the user has now, while session and user stand. */
  async roleIn(sessionId: string, userId: string): Promise<Role | undefined> {
    const row = await lookUp<{ userId: string; role: Role }>(this.database, SESSION_IN_USE, sessionId);
    if (row?.userId !== userId) {
      this.roles.delete(sessionId);
      return undefined;
    }
    this.roles.set(sessionId, row.role);
    return row.role;
  }

  /** The role that was found last, from memory: whether it still stands must be asked by who relies on it. */
  roleSeen(sessionId: string): Role | undefined {
    return this.roles.get(sessionId);
  }

  /** The sessions of a user that have not ended, without saying which is in use. */
  list(owner: string, request: Omit<PageRequest, 'filters'>): Promise<Page> {
    const filters = { owner, idle: this.config.SESSION_IDLE_SECONDS };
    return sessionList.page(this.database, { ...request, filters });
  }

  async open(tx: Queryable, userId: string, device: Device): Promise<OpenSession> {
    const agent = device.userAgent?.slice(0, 512) ?? null;
    const values = [userId, this.config.SESSION_SECONDS, device.ip.slice(0, 45), agent];
    const row = await first<{ id: string }>(tx, OPEN_SESSION, values);
    if (!row) throw new Error('an insert answers its row');
    return { userId, sessionId: row.id, refreshToken: await this.issue(tx, row.id) };
  }

  /**
   * Trades a refresh token for the next one. A token that was used before ends its session: somebody else has it.
   * @throws InvalidRefreshToken
   */
  async rotate(refreshToken: string, origin: Origin): Promise<OpenSession> {
    const rotation = await this.database.transaction((tx) => this.tryRotate(tx, refreshToken, origin));
    if ('refused' in rotation) throw InvalidRefreshToken.error();
    return rotation;
  }

  /** The refusal is a result and not an error, since ending the session has to be committed. */
  private async tryRotate(tx: Queryable, refreshToken: string, origin: Origin): Promise<Rotation> {
    const hash = hashSecret(refreshToken);
    const found = await first<RefreshRow>(tx, FIND_REFRESH_TOKEN, [hash, this.config.SESSION_IDLE_SECONDS]);
    if (!found?.alive) return { refused: true };
    const { sessionId, userId } = found;
    const { requestId } = origin;
    await noteOrigin(tx, userId, origin);
    const spent = await tx.query(SPEND_REFRESH_TOKEN, [hash]);
    if (spent.length === 0 && !(await this.answerWasLost(tx, hash))) {
      await this.revoke(tx, { sessionId, userId, requestId }, 'reuse');
      return { refused: true };
    }
    await tx.query(TOUCH_SESSION, [sessionId]);
    const data = { sessionId };
    await recordEvent(tx, { type: 'session.refreshed', subject: userId, actor: userId, requestId, data });
    return { userId, sessionId, refreshToken: await this.issue(tx, sessionId) };
  }

  /** Whether a token that comes again may be its owner's, whose answer got lost: within the seconds of grace, if any. */
  private async answerWasLost(tx: Queryable, hash: string): Promise<boolean> {
    const { REFRESH_GRACE_SECONDS } = this.config;
    if (REFRESH_GRACE_SECONDS === 0) return false;
    const [lately] = await tx.query(SPENT_LATELY, [hash, REFRESH_GRACE_SECONDS]);
    return lately !== undefined;
  }

  /** Answers whether there was such a session of that user. */
  async revoke(
    tx: Queryable,
    { sessionId, userId, requestId }: { sessionId: string; userId: string; requestId: string },
    reason: string,
  ): Promise<boolean> {
    const revoked = await tx.query(REVOKE_SESSION, [sessionId, reason, userId]);
    if (revoked.length === 0) return false;
    const data = { sessionId, reason };
    await recordEvent(tx, { type: 'session.revoked', subject: userId, actor: userId, requestId, data });
    return true;
  }

  /** Ends every session of the user, but `except`; answers how many. */
  async revokeAll(
    tx: Queryable,
    userId: string,
    reason: string,
    except: string | null = null,
  ): Promise<number> {
    const revoked = await tx.query(REVOKE_SESSIONS, [userId, reason, except]);
    return revoked.length;
  }

  private async issue(tx: Queryable, sessionId: string): Promise<string> {
    const refreshToken = newSecret();
    await tx.query(ADD_REFRESH_TOKEN, [hashSecret(refreshToken), sessionId]);
    return refreshToken;
  }
}
