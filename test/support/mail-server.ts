import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { until } from './until';

/** A mail as it came: its recipients and its text, decoded. */
export interface Received {
  readonly to: readonly string[];
  readonly text: string;
}

/** An SMTP server that keeps what it gets. */
export class MailServer {
  private readonly mails: Received[] = [];
  /** How many mails it refuses before it takes one. */
  refuse = 0;

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<MailServer> {
    const takes: { mails?: MailServer } = {};
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        let raw = '';
        stream.on('data', (chunk: Buffer) => (raw += chunk.toString()));
        stream.on('end', () => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          done(takes.mails?.take({ to, text: decoded(raw) }));
        });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    const { port } = server.server.address() as AddressInfo;
    return (takes.mails = new MailServer(server, `smtp://127.0.0.1:${port}`));
  }

  /** The next mail to that address, taken out. */
  next(address: string): Promise<Received> {
    return until(() => {
      const index = this.mails.findIndex(({ to }) => to.includes(address));
      return Promise.resolve(index === -1 ? undefined : this.mails.splice(index, 1)[0]);
    });
  }

  /** Mails that nobody took out. */
  get left(): readonly Received[] {
    return this.mails;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }

  private take(mail: Received): Error | undefined {
    if (this.refuse-- > 0) return Object.assign(new Error('busy'), { responseCode: 451 });
    this.mails.push(mail);
    return undefined;
  }
}

/** The token of the link that a mail brings. */
export function tokenIn({ text }: Received): string {
  return /#token=([\w-]+)/.exec(text)?.[1] ?? '';
}

/** Quoted-printable as plain text. */
function decoded(raw: string): string {
  return raw
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
