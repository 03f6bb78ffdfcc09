import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { poolOf } from '@app/database';
import { Problem } from '../common/errors/problem';
import { tooManyRequests } from '../common/rates/too-many-requests';
import { networkOf } from '../common/rates/network';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * How many attempts a window of so many seconds takes. Windows end by themselves and further attempts do not lengthen
 * them, so nobody is locked out for good; and whoever signed in from an address before is not counted by account there.
 */
const LIMITS = {
  'login from an address': { points: 100, duration: 15 * MINUTE },
  'login to an account from an address': { points: 10, duration: 15 * MINUTE },
  'login to an account': { points: 50, duration: 15 * MINUTE },
  'own password': { points: 10, duration: 15 * MINUTE },
  refresh: { points: 100, duration: 15 * MINUTE },
  reset: { points: 100, duration: 15 * MINUTE },
  'mail from an address': { points: 50, duration: HOUR },
  'mail to an address': { points: 5, duration: HOUR },
} as const;

type LimitName = keyof typeof LIMITS;

/** Attempts to guess a secret, or to have mails sent, counted in PostgreSQL, so that all processes count together. */
@Injectable()
export class AttemptsService {
  private readonly limiters: ReadonlyMap<LimitName, RateLimiterPostgres>;

  constructor(dataSource: DataSource) {
    const store = { storeClient: poolOf(dataSource), storeType: 'pool', tableName: 'rate_limits' };
    const limiter = ([name, limit]: [string, { points: number; duration: number }], i: number) =>
      [
        name as LimitName,
        new RateLimiterPostgres({
          ...store,
          ...limit,
          keyPrefix: name,
          tableCreated: true,
          clearExpiredByTimeout: i === 0,
        }),
      ] as const;
    this.limiters = new Map(Object.entries(LIMITS).map(limiter));
  }

  /** Counts before the password is looked at, so that attempts at once are all counted. @throws TooManyRequests */
  async spendOnLogin(login: string, ip: string): Promise<void> {
    await this.spend('login to an account from an address', login, networkOf(ip));
    await this.spend('login from an address', networkOf(ip));
  }

  /** For who did not sign in from this address before. @throws TooManyRequests */
  spendOnAccount(login: string): Promise<void> {
    return this.spend('login to an account', login);
  }

  /** What succeeds was no guess. */
  async loginSucceeded(login: string, ip: string): Promise<void> {
    await Promise.all([
      this.limiter('login from an address').reward(keyOf(networkOf(ip))),
      this.limiter('login to an account from an address').delete(keyOf(login, networkOf(ip))),
      this.limiter('login to an account').delete(keyOf(login)),
    ]);
  }

  /** For who changes the password: a stolen session must not serve to guess it. @throws TooManyRequests */
  spendOnOwnPassword(userId: string): Promise<void> {
    return this.spend('own password', userId);
  }

  async ownPasswordKnown(userId: string): Promise<void> {
    await this.limiter('own password').delete(keyOf(userId));
  }

  /** Counts requests that make mails, whoever they go to. @throws TooManyRequests */
  async spendOnMail(address: string, ip: string): Promise<void> {
    await this.spend('mail from an address', networkOf(ip));
    await this.spend('mail to an address', address);
  }

  /** Runs `attempt`, which is given a secret that cannot be guessed; only failures count. @throws TooManyRequests */
  async guess<T>(limit: 'refresh' | 'reset', ip: string, attempt: () => Promise<T>): Promise<T> {
    const key = keyOf(networkOf(ip));
    const spent = await this.limiter(limit).get(key);
    const refused = spent && spent.consumedPoints >= LIMITS[limit].points;
    if (refused && !(await this.isOfTheFuture(limit, key, spent))) throw tooManyRequests(spent.msBeforeNext);
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Problem && error.kind.status === 401) await this.limiter(limit).penalty(key);
      throw error;
    }
  }

  private async spend(name: LimitName, ...whom: string[]): Promise<void> {
    const key = keyOf(...whom);
    try {
      await this.limiter(name).consume(key);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      if (!(await this.isOfTheFuture(name, key, refused))) throw tooManyRequests(refused.msBeforeNext);
      await this.spend(name, ...whom);
    }
  }

  /** A window that ends later than any that begins now was counted before the clock was set back: it would not end in time. */
  private async isOfTheFuture(
    name: LimitName,
    key: string,
    { msBeforeNext }: RateLimiterRes,
  ): Promise<boolean> {
    if (msBeforeNext <= LIMITS[name].duration * 1000) return false;
    await this.limiter(name).delete(key);
    return true;
  }

  private limiter(name: LimitName): RateLimiterPostgres {
    const limiter = this.limiters.get(name);
    if (!limiter) throw new Error(`no limit ${name}`);
    return limiter;
  }
}

/** Names and addresses are counted by their hash: without regard to case, as accounts are found. */
function keyOf(...whom: string[]): string {
  return createHash('sha256').update(JSON.stringify(whom).toLowerCase()).digest('base64url');
}
