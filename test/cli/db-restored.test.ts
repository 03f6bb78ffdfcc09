import { TestApp, type TestUser } from '../support/app';
import { rowsOf } from '../support/connection';
import { Installation } from './backup-world';

const onServer = (sql: string) => rowsOf(process.env['TEST_SERVER_URL'] ?? '', sql);

let home: Installation;
let moment: string;

beforeEach(async () => {
  home = await Installation.make();
  moment = `${databaseOf(home.database.url)}_moment`;
});

afterEach(async () => {
  await onServer(`DROP DATABASE IF EXISTS ${moment} WITH (FORCE)`);
  await home.remove();
});

/** What PostgreSQL's own means would have taken the database back to: a copy of it as it is now. */
const keep = () => onServer(`CREATE DATABASE ${moment} TEMPLATE ${databaseOf(home.database.url)}`);
const momentUrl = () => home.database.url.replace(databaseOf(home.database.url), moment);
const back = () => TestApp.start({ DATA_DIR: home.dataDir }, { shared: momentUrl() });
const settle = (...args: string[]) =>
  home.fuseWith({ ...home.env, DATABASE_URL: momentUrl() }, 'db', 'restored', ...args);

const cursorOf = async (app: TestApp, user: TestUser, cursor = '') => {
  const answer = await app.as(user).get(`/events?limit=100${cursor && `&cursor=${cursor}`}`);
  return { status: answer.status, cursor: String(answer.body.resumeCursor) };
};

it('has readers of events begin anew only where what they have read is undone', async () => {
  const app = await home.start();
  const user = await app.newUser();
  await app.as(user).post('/tasks', { title: 'kept' });
  const kept = await cursorOf(app, user);
  await app.close();
  await keep();
  const onward = await home.start();
  await onward.as(user).post('/tasks', { title: 'undone' });
  const undone = await cursorOf(onward, user, kept.cursor);
  await onward.close();

  const settled = await settle('--keep-sessions');
  expect(settled).toMatchObject({ code: 0, stderr: '' });
  expect(settled.stdout).toMatch(/^The last event is of 20.*Z\.\nMail and jobs rest until fuse resume\.\n$/);
  const again = await back();
  for (let i = 0; i < 2; i++) {
    expect((await cursorOf(again, user, undone.cursor)).status).toBe(410);
    await again.as(user).post('/tasks', { title: `after ${i}` });
  }
  expect((await cursorOf(again, user, kept.cursor)).status).toBe(200);
  await again.close();
});

it('ends sessions', async () => {
  const app = await home.start();
  const user = await app.newUser();
  await app.close();
  await keep();
  expect((await settle()).stdout).toContain('Sessions and tokens are revoked: everybody signs in anew.\n');
  const again = await back();
  expect((await again.as(user).get('/tasks')).status).toBe(401);
  await again.close();
});

function databaseOf(url: string): string {
  return /\/\/[^/]*\/([^?]+)/.exec(url)?.[1] ?? '';
}

it('erases again who was erased after the moment, by the journal that is not in the database', async () => {
  const app = await home.start();
  const [admin, person] = [await app.newUser({ role: 'admin' }), await app.newUser()];
  await app.close();
  await keep();
  const onward = await home.start();
  expect((await onward.as(admin).delete(`/users/${person.id}`)).status).toBe(204);
  await onward.close();
  expect((await settle('--keep-sessions')).stdout).toContain(
    'Erased again, as after that moment: 1 account.\n',
  );
  const again = await back();
  expect((await again.as(admin).get(`/users/${person.id}`)).body).toMatchObject({
    username: `erased-${person.id}`,
    status: 'deleted',
  });
  await again.close();
});
