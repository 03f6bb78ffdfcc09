import { Injectable } from '@nestjs/common';
import { first, type Queryable } from '@app/database';
import type { OneTimeTokenPurpose } from './one-time-token.entity';
import {
  ADD_ONE_TIME_TOKEN,
  SPEND_ONE_TIME_TOKEN,
  WITHDRAW_ONE_TIME_TOKENS,
} from './one-time-tokens.queries';
import { hashSecret, newSecret } from './secrets';

interface NewOneTimeToken {
  readonly purpose: OneTimeTokenPurpose;
  /** Null for a user who does not exist yet. */
  readonly userId: string | null;
  /** How long it is good for. */
  readonly seconds: number;
}

/** Tokens that travel in links and are good once. Only their hash is stored. */
@Injectable()
export class OneTimeTokensService {
  /** A new token; older ones of that purpose and user are good no more. */
  async issue(tx: Queryable, { purpose, userId, seconds }: NewOneTimeToken): Promise<string> {
    const token = newSecret();
    await tx.query(WITHDRAW_ONE_TIME_TOKENS, [purpose, userId]);
    await tx.query(ADD_ONE_TIME_TOKEN, [hashSecret(token), purpose, userId, seconds]);
    return token;
  }

  /** Whose token it was; undefined when it is unknown, spent or expired. Of several uses at once one wins. */
  spend(
    tx: Queryable,
    purpose: OneTimeTokenPurpose,
    token: string,
  ): Promise<{ userId: string | null } | undefined> {
    return first(tx, SPEND_ONE_TIME_TOKEN, [hashSecret(token), purpose]);
  }
}
