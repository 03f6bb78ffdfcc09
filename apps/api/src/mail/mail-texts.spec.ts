import { writeMail } from './mail-texts';

const about = { link: 'https://fuse.example.org/password#token=x', url: 'https://fuse.example.org' };

describe('a mail', () => {
  it('quotes the name of the account and has the link on a line of its own', () => {
    const { text } = writeMail('invitation', { ...about, username: "Ada O'Neill-2" });
    expect(text).toContain(`named "Ada O'Neill-2".`);
    expect(text.split('\n')).toContain(about.link);
  });

  it.each(['visit evil.example now', 'http://evil.example', 'x'.repeat(65), 'a\nb'])(
    'does not quote %j, which could be a message of somebody else',
    (username) => {
      for (const kind of ['invitation', 'password_reset', 'account_exists'] as const)
        expect(writeMail(kind, { ...about, username }).text).not.toContain(username);
    },
  );
});
