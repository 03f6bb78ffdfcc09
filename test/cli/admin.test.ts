import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { verifyPassword } from '../../apps/api/src/auth/passwords';
import { runCli } from '../../apps/api/src/cli/run-cli';
import { commandWorld, type CommandWorld } from './command-world';

const PASSWORD = 'correct horse battery staple';
const ADA = ['admin', 'create', '--username', 'ada', '--email', 'ada@example.org'];

let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(() => world.remove());

async function hashOf(username: string): Promise<string | undefined> {
  const { rows } = await world.client.query<{ password_hash: string }>(
    'SELECT password_hash FROM users WHERE username = $1',
    [username],
  );
  return rows[0]?.password_hash;
}

describe('fuse admin create', () => {
  it('makes an active administrator with the password that is piped in', async () => {
    const outcome = await world.fuse([...ADA, '--password-stdin'], `${PASSWORD}\n`);
    expect(outcome).toEqual({ code: 0, stdout: 'ada is an administrator now.\n', stderr: '' });
    expect(await verifyPassword(PASSWORD, await hashOf('ada'))).toBe(true);
    const { rows } = await world.client.query(
      'SELECT u.email, u.role, u.status, e.type, e.actor_id FROM users u JOIN events e ON e.subject_id = u.id',
    );
    expect(rows).toEqual([
      { email: 'ada@example.org', role: 'admin', status: 'active', type: 'user.created', actor_id: null },
    ]);
  });

  it('makes another beside the first, but none of the same name', async () => {
    await world.fuse([...ADA, '--password-stdin'], PASSWORD);
    const bob = ['admin', 'create', '--username', 'bob', '--email', 'bob@example.org', '--password-stdin'];
    expect(await world.fuse(bob, PASSWORD)).toMatchObject({ code: 0 });
    const again = ['admin', 'create', '--username', 'ADA', '--email', 'a@example.org', '--password-stdin'];
    expect(await world.fuse(again, PASSWORD)).toMatchObject({ code: 1, stderr: 'The username is taken.\n' });
  });

  it.each([
    ['a short password', [...ADA, '--password-stdin'], '1234567', 'password'],
    ['no password', [...ADA, '--password-stdin'], '', 'password'],
    ['an email as username', ['--username', 'a@b', '--email', 'a@example.org'], PASSWORD, 'username'],
    ['no email address', ['--username', 'ada', '--email', 'ada'], PASSWORD, 'email'],
    ['a missing option', ['--username', 'ada'], PASSWORD, '--email'],
    ['a password as argument', [...ADA, '--password', PASSWORD], '', '--password'],
    ['no terminal and no pipe', ADA, PASSWORD, '--password-stdin'],
  ])('refuses %s as wrong usage', async (what, args, input, named) => {
    const whole = args.includes('create') ? args : ['admin', 'create', ...args, '--password-stdin'];
    const outcome = await world.fuse(whole, input);
    expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(named) });
    expect((await world.client.query('SELECT 1 FROM users')).rows).toEqual([]);
  });
});

describe('asked at a terminal', () => {
  /** Types each line once the question before it has been asked. */
  async function type(...lines: string[]) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const shown: string[] = [];
    stderr.on('data', (chunk: Buffer) => {
      shown.push(String(chunk));
      if (String(chunk).endsWith(': ')) stdin.write(lines.shift() ?? '');
    });
    const out = text(stdout);
    const code = await runCli(ADA, { stdin, stdout, stderr, env: world.env });
    stdout.end();
    return { code, stdout: await out, shown: shown.join('') };
  }

  it('takes the password without showing it', async () => {
    const { code, stdout, shown } = await type(`${PASSWORD}\r`, `${PASSWORD}\r`);
    expect({ code, stdout, shown }).toEqual({
      code: 0,
      stdout: 'ada is an administrator now.\n',
      shown: 'Password: \nOnce more: \n',
    });
    expect(await verifyPassword(PASSWORD, await hashOf('ada'))).toBe(true);
  });

  it('refuses two that differ', async () => {
    expect(await type(`${PASSWORD}\r`, `${PASSWORD}!\r`)).toMatchObject({
      code: 2,
      shown: expect.stringContaining('The two passwords differ.'),
    });
    expect(await hashOf('ada')).toBeUndefined();
  });

  it('gives up on Ctrl-C', async () => {
    expect(await type('half\u0003')).toMatchObject({ code: 130, stdout: '' });
    expect(await hashOf('ada')).toBeUndefined();
  });
});
