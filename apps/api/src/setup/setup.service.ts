import { Inject, Injectable } from '@nestjs/common';
import { Database, type Queryable } from '@app/database';
import { OneTimeTokensService } from '../auth/one-time-tokens.service';
import { Problem } from '../common/errors/problem';
import type { Representation } from '../common/http/representation';
import { CONFIG, type Config, ConfigError, publicUrlOf } from '../config/config';
import { EmailTaken } from '../users/user.errors';
import { UsersService } from '../users/users.service';
import { configuredAdmin } from './configured-admin';
import type { FirstAdminDto, SetupDto } from './dto/setup.dto';
import { InvalidSetupToken, SetupDone } from './setup.errors';
import { LOCK_SETUP } from './setup.queries';

const LINK_SECONDS = 24 * 3600;

/** What a start finds or does about the first administrator. */
export type Preparation =
  | { readonly admin: 'present' }
  | { readonly admin: 'made'; readonly username: string }
  /** `link` is good once, for 24 hours, until the next start. */
  | { readonly admin: 'missing'; readonly link: string };

/** How an installation gets its first administrator: from the settings, or by a link that only its operator sees. */
@Injectable()
export class SetupService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly tokens: OneTimeTokensService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** For the start, before requests come. @throws ConfigError when ADMIN_* cannot be had */
  async prepare(): Promise<Preparation> {
    const configured = configuredAdmin(this.config);
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_SETUP);
      if (await this.users.hasAdmin(tx)) return { admin: 'present' };
      if (!configured) return { admin: 'missing', link: await this.link(tx) };
      await this.make(configured, null, tx).catch(tellSetting);
      return { admin: 'made', username: configured.username };
    });
  }

  /**
   * Redeems the link. Of several requests at once one makes the administrator.
   * @throws InvalidSetupToken, SetupDone, UsernameTaken, EmailTaken: then the link is still good
   */
  async redeem({ token, ...admin }: SetupDto, requestId: string): Promise<Representation> {
    return this.database.transaction(async (tx) => {
      const spent = await this.tokens.spend(tx, 'setup', token);
      if (await this.users.hasAdmin(tx)) throw SetupDone.error();
      if (!spent) throw InvalidSetupToken.error();
      return this.make(admin, requestId, tx);
    });
  }

  private make(
    { username, email, password }: FirstAdminDto,
    requestId: string | null,
    tx: Queryable,
  ): Promise<Representation> {
    const by = { id: null, requestId };
    return this.users.create(by, { username, email, password, role: 'admin' }, tx);
  }

  private async link(tx: Queryable): Promise<string> {
    const token = await this.tokens.issue(tx, { purpose: 'setup', userId: null, seconds: LINK_SECONDS });
    return `${publicUrlOf(this.config)}/setup#token=${token}`;
  }
}

/** Somebody who is no admin has the name or the address: who that is cannot be decided here. */
function tellSetting(thrown: unknown): never {
  if (!(thrown instanceof Problem)) throw thrown;
  const setting = thrown.kind === EmailTaken ? 'ADMIN_EMAIL' : 'ADMIN_USERNAME';
  throw new ConfigError(`${setting}: a user who is no active admin has it already; choose another`);
}
