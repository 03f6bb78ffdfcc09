import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import { Database, first } from '@app/database';
import { AccountLinksService } from '../auth/account-links.service';
import { Repeating } from '../common/repeating';
import { CONFIG, type Config, publicUrlOf } from '../config/config';
import { writeMail } from './mail-texts';
import { CLAIM_MAIL, DROP_MAIL, RECIPIENT } from './mail.queries';
import type { MailKind } from './outgoing-mail.entity';

type MailRow = {
  id: string;
  kind: MailKind;
  userId: string | null;
  address: string | null;
  attempts: number;
};
type Recipient = { username: string | null; email: string; status: string };

/** Between two looks at the queue, in ms. */
const PAUSE = 1000;
/** About five hours of attempts. */
const MOST_ATTEMPTS = 10;
/** For each step of a conversation with the mail server, in ms. */
const TIMEOUT = 10_000;

/**
 * Sends the queued mails, one after the other. Links are made as their mail goes out, so that the queue holds no secret;
 * what is queued outlives a crash, and of several processes each mail is one's.
 */
@Injectable()
export class MailDispatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(MailDispatcher.name);
  private transport: Transporter | undefined;
  private readonly sending = new Repeating({
    round: () => this.sendDue(),
    pause: () => PAUSE,
    failed: (error) => this.logger.warn(error, 'mails cannot be looked for at the moment'),
    tellEach: true,
  });

  constructor(
    private readonly database: Database,
    private readonly links: AccountLinksService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Mail's own code is loaded where there is mail to send: elsewhere it would only take memory. */
  async onApplicationBootstrap(): Promise<void> {
    const { SMTP_URL: url, MAIL_FROM: from } = this.config;
    if (url === undefined) return;
    const { createTransport } = await import('nodemailer');
    const timeouts = { connectionTimeout: TIMEOUT, greetingTimeout: TIMEOUT, socketTimeout: TIMEOUT };
    const access = { disableFileAccess: true, disableUrlAccess: true };
    this.transport = createTransport({ url, ...timeouts, ...access }, { from });
    this.sending.start();
  }

  /** Waits for the mail that is being sent. */
  async onModuleDestroy(): Promise<void> {
    await this.sending.stop();
  }

  private async sendDue(): Promise<void> {
    let mail: MailRow | undefined;
    while (!this.sending.stopped && (mail = await first<MailRow>(this.database, CLAIM_MAIL))) {
      await this.send(mail);
    }
  }

  private async send(mail: MailRow): Promise<void> {
    try {
      await this.deliver(mail);
      await this.database.query(DROP_MAIL, [mail.id]);
    } catch (error) {
      // Neither the message of the error nor the error itself: they quote addresses, and may quote the mail.
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      const told = { mail: mail.id, kind: mail.kind, attempts: mail.attempts, code, responseCode };
      const last = mail.attempts >= MOST_ATTEMPTS;
      this.logger.warn(
        told,
        last ? 'a mail was given up' : 'a mail could not be sent, and will be tried again',
      );
      if (last) await this.database.query(DROP_MAIL, [mail.id]);
    }
  }

  private async deliver(mail: MailRow): Promise<void> {
    const recipient = await this.recipient(mail);
    if (!recipient || recipient.email.endsWith('@users.invalid')) return;
    const link = await this.linkFor(mail, recipient);
    if (link === undefined) return;
    const { username, email } = recipient;
    const written = writeMail(mail.kind, { username, link, url: publicUrlOf(this.config) });
    await this.transport?.sendMail({ to: { name: '', address: email }, ...written });
  }

  private async recipient({ userId, address }: MailRow): Promise<Recipient | undefined> {
    if (userId !== null) return first<Recipient>(this.database, RECIPIENT, [userId]);
    return address === null ? undefined : { username: null, email: address, status: 'none' };
  }

  /** Null for mails without one; undefined: the account is no longer such that it should get this mail. */
  private async linkFor(
    { kind, userId }: MailRow,
    { status }: Recipient,
  ): Promise<string | null | undefined> {
    if ((kind !== 'invitation' && kind !== 'password_reset') || userId === null) return null;
    const fits = kind === 'invitation' ? status === 'invited' : status === 'active' || status === 'invited';
    if (!fits) return undefined;
    return this.database.transaction((tx) => this.links.issue(tx, kind, userId));
  }
}
