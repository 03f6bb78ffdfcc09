import { Inject, Injectable } from '@nestjs/common';
import type { Queryable } from '@app/database';
import { AccountLinksService, type LinkPurpose } from '../auth/account-links.service';
import { CONFIG, type Config } from '../config/config';
import { QUEUE_MAIL } from './mail.queries';
import type { MailKind } from './outgoing-mail.entity';

interface NewMail {
  readonly kind: MailKind;
  /** Null: nobody gets one. The row is written all the same, so that it takes as long. */
  readonly userId: string | null;
  /** For who has no account. */
  readonly address?: string;
}

/** Mails that are to be sent. They are queued in the transaction that has a reason for them, and sent after it. */
@Injectable()
export class MailsService {
  private readonly enabled: boolean;

  constructor(
    private readonly links: AccountLinksService,
    @Inject(CONFIG) { SMTP_URL }: Config,
  ) {
    this.enabled = SMTP_URL !== undefined;
  }

  /** Without an SMTP server nothing is queued. */
  async queue(tx: Queryable, { kind, userId, address }: NewMail): Promise<void> {
    if (this.enabled) await tx.query(QUEUE_MAIL, [kind, userId, address ?? null]);
  }

  /** Gets a link to a user: by mail, then it answers null; else the link, for an admin to pass on. */
  async bring(tx: Queryable, kind: LinkPurpose, userId: string): Promise<string | null> {
    if (!this.enabled) return this.links.issue(tx, kind, userId);
    await this.queue(tx, { kind, userId });
    return null;
  }
}
