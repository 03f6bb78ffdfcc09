import { CLAIM_MAIL } from '../../apps/api/src/mail/mail.queries';
import { TestApp } from '../support/app';
import { type Answer, itemsOf, type TestClient } from '../support/client';
import { MailServer } from '../support/mail-server';
import { Installation } from './backup-world';

let home: Installation;

beforeEach(async () => {
  home = await Installation.make();
});

afterEach(() => home.remove());

const partsOf = async (app: TestApp) => (await app.anonymous.get('//health/ready')).body.parts;
const PAUSED = { database: 'up', storage: 'up', background: 'paused' };
const AT_WORK = { database: 'up', storage: 'up', background: 'up' };

it('fuse resume lets a running server go on with what a restore has paused', async () => {
  const restored = await home.fuse('restore', await home.backUp(), '--replace');
  expect(restored.stdout).toContain('Mail and jobs are paused: "fuse resume" lets them go on.');
  const mails = await MailServer.start();
  const lines: string[] = [];
  const app = await TestApp.start(
    { SMTP_URL: mails.url, MAIL_FROM: 'fuse@example.org', PUBLIC_URL: 'https://fuse.example.org' },
    { shared: home.database.url, log: (line) => lines.push(line) },
  );
  expect(lines.join('\n')).toMatch(/"reason":"restored".*mail and jobs are paused until/);
  const admin = await app.newUser({ role: 'admin' });
  await app.as(admin).post('/users', { username: 'guest', email: 'guest@example.org' });
  expect(await partsOf(app)).toEqual(PAUSED);
  expect(await app.database.query(CLAIM_MAIL)).toEqual([]);
  expect(await home.fuse('resume')).toEqual({ code: 0, stdout: 'Mail and jobs go on.\n', stderr: '' });
  expect((await mails.next('guest@example.org')).text).toContain('/password#token=');
  expect(await partsOf(app)).toEqual(AT_WORK);
  expect((await home.fuse('resume')).stdout).toBe('Nothing is paused.\n');
  await app.close();
  await mails.stop();
});

describe('a reader of events, after a restore', () => {
  const read = async (client: TestClient, cursor?: string): Promise<Answer> =>
    client.get(`/events?limit=100${cursor ? `&cursor=${cursor}` : ''}`);

  it('is told when what it has read did not happen, and goes on where it did', async () => {
    const app = await home.start();
    const user = await app.newUser({ role: 'admin' });
    await app.as(user).post('/tasks', { title: 'before' });
    const before = await read(app.as(user));
    const path = await home.backUp();
    await app.as(user).post('/tasks', { title: 'undone' });
    const undone = await read(app.as(user), before.body.resumeCursor);
    expect(itemsOf(undone)).toHaveLength(1);
    await app.close();
    await home.fuse('restore', path, '--replace', '--keep-sessions');
    const again = await home.start();
    const client = again.as(user);
    // Until new events have passed it, and after that, too.
    for (let i = 0; i < 2; i++) {
      const refused = await read(client, undone.body.resumeCursor);
      expect([refused.status, refused.body.code]).toEqual([410, 'cursor_expired']);
      await client.post('/tasks', { title: `after ${i}` });
    }
    const on = await read(client, before.body.resumeCursor);
    const types = itemsOf(on).map((event) => (event as unknown as { type: string }).type);
    expect(types).toEqual(['database.restored', 'task.created', 'task.created']);
    expect((await read(client, on.body.resumeCursor)).status).toBe(200);
    await again.close();
  });

  it('of the release before, whose cursors have no epoch, too', async () => {
    const app = await home.start();
    const user = await app.newUser();
    const page = await read(app.as(user));
    const [, print = '', rest = ''] =
      /^(.{12})(.*)$/.exec(Buffer.from(String(page.body.resumeCursor), 'base64url').toString()) ?? [];
    const [position] = JSON.parse(rest) as string[];
    const old = Buffer.from(`${print}${JSON.stringify([position])}`).toString('base64url');
    expect((await read(app.as(user), old)).status).toBe(200);
    const path = await home.backUp();
    await app.as(user).post('/tasks', { title: 'undone' });
    const [next] = itemsOf(await read(app.as(user), old)) as unknown as { position: number }[];
    const undone = Buffer.from(`${print}${JSON.stringify([String(next?.position)])}`).toString('base64url');
    await app.close();
    await home.fuse('restore', path, '--replace', '--keep-sessions');
    const again = await home.start();
    await again.as(user).post('/tasks', { title: 'after' });
    expect((await read(again.as(user), old)).status).toBe(200);
    expect((await read(again.as(user), undone)).status).toBe(410);
    await again.close();
  });
});
