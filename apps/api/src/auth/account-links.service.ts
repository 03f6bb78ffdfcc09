import { Inject, Injectable } from '@nestjs/common';
import type { Queryable } from '@app/database';
import { CONFIG, type Config, publicUrlOf } from '../config/config';
import { OneTimeTokensService } from './one-time-tokens.service';

export type LinkPurpose = 'invitation' | 'password_reset';

const HOUR = 3600;
/** How long a link is good for, in seconds. */
export const LINK_SECONDS: Readonly<Record<LinkPurpose, number>> = {
  invitation: 7 * 24 * HOUR,
  password_reset: HOUR,
};

/** Links by which a person sets the password of their account: good once. */
@Injectable()
export class AccountLinksService {
  constructor(
    private readonly tokens: OneTimeTokensService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The token is in the link's fragment, which browsers send to no server. Older links for that purpose are good no more. */
  async issue(tx: Queryable, purpose: LinkPurpose, userId: string): Promise<string> {
    const token = await this.tokens.issue(tx, { purpose, userId, seconds: LINK_SECONDS[purpose] });
    return `${publicUrlOf(this.config)}/password#token=${token}`;
  }

  /** Whose token it was; undefined when it is unknown, spent or expired. */
  async redeem(tx: Queryable, token: string): Promise<string | undefined> {
    const spent =
      (await this.tokens.spend(tx, 'password_reset', token)) ??
      (await this.tokens.spend(tx, 'invitation', token));
    return spent?.userId ?? undefined;
  }
}
