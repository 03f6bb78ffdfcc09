import type { MailKind } from './outgoing-mail.entity';

interface Written {
  readonly subject: string;
  readonly text: string;
}

interface About {
  /** Null for who has no account. */
  readonly username: string | null;
  /** The link, for the kinds that bring one. */
  readonly link: string | null;
  /** Where the installation is. */
  readonly url: string;
}

/**
 * A name as a mail may quote it. Whoever registers chooses a name and somebody else's address, so what could be read as a
 * message or a link is left out.
 */
function named(username: string | null): string {
  return username !== null && /^[\p{L}\p{N}_' -]{1,64}$/u.test(username) ? `, named "${username}"` : '';
}

const FOOTER = (url: string) => `\n\n--\nThe New Fuse, ${url}\n`;

/** What a mail says. Links are alone on their line, so that no program takes what follows for a part of them. */
export function writeMail(kind: MailKind, about: About): Written {
  const { subject, text } = TEXTS[kind](about);
  return { subject, text: text + FOOTER(about.url) };
}

const TEXTS: Readonly<Record<MailKind, (about: About) => Written>> = {
  invitation: ({ username, link }) => ({
    subject: 'Your account at The New Fuse',
    text: `There is an account for you${named(username)}. This link sets its password; it is good once, for 7 days:\n\n${link}\n\nIf you expected no such mail, ignore it: without the link nobody can use the account.`,
  }),
  password_reset: ({ username, link }) => ({
    subject: 'A new password for The New Fuse',
    text: `This link sets a new password for your account${named(username)}; it is good once, for an hour:\n\n${link}\n\nIf you did not ask for it, ignore this mail: your password stays as it is.`,
  }),
  account_exists: ({ username, url }) => ({
    subject: 'You have an account at The New Fuse',
    text: `Somebody asked for an account with your address. You have one already${named(username)}. If you forgot its password, ask for a link at ${url}/password. If it was not you who asked, there is nothing to do.`,
  }),
  username_taken: () => ({
    subject: 'The name is taken at The New Fuse',
    text: 'Somebody asked for an account with your address, under a name that is taken. If it was you, ask again with another name. No account was made.',
  }),
};
