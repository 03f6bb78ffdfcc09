import { TestApp, type TestUser } from '../support/app';
import { itemsOf } from '../support/client';

describe('users', () => {
  let app: TestApp;
  let admin: TestUser;
  let ada: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.newUser({ role: 'admin' });
    ada = await app.newUser();
  });
  afterAll(() => app.close());

  const newcomer = async (input: object = {}) => {
    const name = `newcomer-${crypto.randomUUID()}`;
    const made = await app
      .as(admin)
      .post('/users', { username: name, email: `${name}@example.org`, ...input });
    expect(made.status).toBe(201);
    return made;
  };

  describe('reading', () => {
    it('shows an email to its owner and to admins alone', async () => {
      const [own, administered, others, me] = await Promise.all([
        app.as(ada).get(`/users/${ada.id}`),
        app.as(admin).get(`/users/${ada.id}`),
        app.as(ada).get(`/users/${admin.id}`),
        app.as(ada).get('/users/me'),
      ]);
      expect(own.body).toMatchObject({ id: ada.id, username: ada.username, email: ada.email });
      expect(administered.text).toBe(own.text);
      expect(me.text).toBe(own.text);
      expect(others.status).toBe(200);
      expect(Object.keys(others.body)).toEqual([
        'id',
        'username',
        'createdAt',
        'updatedAt',
        'lastLogin',
        'status',
        'role',
      ]);
    });

    it('lists emails for admins alone', async () => {
      const team = await app.as(ada).get('/users?limit=100');
      expect(itemsOf(team).length).toBeGreaterThan(1);
      expect(team.text).not.toContain('@');
      const administered = itemsOf(await app.as(admin).get('/users?limit=100'));
      expect(administered.map((user) => user.email)).toContain(ada.email);
    });

    it('never shows a hash', async () => {
      const answers = await Promise.all([
        app.as(admin).get('/users?limit=100'),
        app.as(admin).get(`/users/${ada.id}`),
        newcomer({ password: 'a password of the newcomer' }),
      ]);
      for (const { text } of answers) expect(text).not.toMatch(/argon2|hash|password/i);
    });

    it('finds a part of the name whatever its case, and takes wildcards as they are', async () => {
      const made = await newcomer({ username: 'Ünïque_100%\\ name' });
      const find = async (q: string) =>
        itemsOf(await app.as(ada).get(`/users?q=${encodeURIComponent(q)}`)).map(({ id }) => id);
      expect(await find('üNÏQUE_100%\\')).toEqual([made.body.id]);
      expect(await find('Ü%e')).toEqual([]);
      expect(await find('ünïque-100')).toEqual([]);
    });

    it('filters by state, role and time, and pages in order of the name', async () => {
      const made = await newcomer({ role: 'viewer' });
      const find = async (query: string) =>
        itemsOf(await app.as(ada).get(`/users?limit=100&${query}`)).map(({ id }) => id);
      expect(await find('status=invited&role=viewer')).toContain(made.body.id);
      expect(await find('status=active,suspended')).not.toContain(made.body.id);
      expect(await find('role=admin')).toEqual([admin.id]);
      expect(await find(`createdSince=${encodeURIComponent(String(made.body.createdAt))}`)).toContain(
        made.body.id,
      );
      expect(await find('createdSince=9999-01-01T00:00:00Z')).toEqual([]);

      const names: string[] = [];
      let next: string | null = '/users?sort=username&limit=2';
      while (next) {
        const page = await app.as(ada).get(next);
        names.push(...itemsOf(page).map(({ username }) => String(username)));
        const cursor = page.body.nextCursor as string | null;
        next = cursor && `/users?sort=username&limit=2&cursor=${cursor}`;
      }
      expect(names.length).toBeGreaterThan(2);
      expect(names).toEqual(names.toSorted((a, b) => (Buffer.from(a) < Buffer.from(b) ? -1 : 1)));
    });

    it('answers 404 for nobody', async () => {
      const answer = await app.as(ada).get('/users/00000000-0000-4000-8000-000000000000');
      expect([answer.status, answer.body.code]).toEqual([404, 'user_not_found']);
    });
  });

  describe('creating', () => {
    it('invites who gets no password, and activates who does', async () => {
      const invited = await newcomer();
      expect(invited.body).toMatchObject({ status: 'invited', role: 'user', lastLogin: null });
      expect(invited.headers.get('location')).toBe(`/api/v1/users/${invited.body.id}`);
      const active = await newcomer({ password: '🔑'.repeat(8), role: 'viewer' });
      expect(active.body).toMatchObject({ status: 'active', role: 'viewer' });
      const login = await app.anonymous.post('/auth/login', {
        login: active.body.email,
        password: '🔑'.repeat(8),
      });
      expect(login.status).toBe(200);
    });

    it('makes agents active without a password', async () => {
      expect((await newcomer({ role: 'agent' })).body).toMatchObject({ status: 'active', role: 'agent' });
    });

    it('takes names and emails once, whatever their case', async () => {
      const { body } = await newcomer({ username: 'Zoë', email: 'Zoe@example.org' });
      const again = (input: object) => app.as(admin).post('/users', input);
      const name = await again({ username: 'zoË', email: 'other@example.org' });
      expect([name.status, name.body.code]).toEqual([409, 'username_taken']);
      const email = await again({ username: 'other', email: 'zOE@example.org' });
      expect([email.status, email.body.code]).toEqual([409, 'email_taken']);
      const own = await app.as(admin).patch(`/users/${body.id}`, { username: 'ZOË' });
      expect([own.status, own.body.username]).toEqual([200, 'ZOË']);
    });

    it('lets one of several at once have a name', async () => {
      const attempts = Array.from({ length: 10 }, (_, i) =>
        app.as(admin).post('/users', { username: i % 2 ? 'Wanted' : 'wanted', email: `w${i}@example.org` }),
      );
      const statuses = (await Promise.all(attempts)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    });

    it('is done once for one idempotency key', async () => {
      const input = { username: 'repeated', email: 'repeated@example.org', password: 'repeated password' };
      const send = () => app.as(admin).post('/users', input, { 'idempotency-key': 'make repeated' });
      const [first, second] = [await send(), await send()];
      expect([first.status, second.status]).toEqual([201, 201]);
      expect(second.text).toBe(first.text);
      expect(second.headers.get('idempotent-replayed')).toBe('true');
    });
  });

  describe('changing a profile', () => {
    it('lets people change their own name and email', async () => {
      const user = await app.newUser();
      const changed = await app
        .as(user)
        .patch('/users/me', { username: 'Grace', email: 'grace@example.org' });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ id: user.id, username: 'Grace', email: 'grace@example.org' });
      expect((await app.as(user).get('/users/me')).text).toBe(changed.text);
    });

    it('changes nothing for an empty patch', async () => {
      const before = await app.as(ada).get('/users/me');
      const after = await app.as(ada).patch('/users/me', {});
      expect([after.status, after.headers.get('etag')]).toEqual([200, before.headers.get('etag')]);
    });

    it('holds If-Match', async () => {
      const user = await app.newUser();
      const tag = (await app.as(user).get('/users/me')).headers.get('etag') ?? '';
      const change = (username: string) => app.as(user).patch('/users/me', { username }, { 'if-match': tag });
      expect((await change('first')).status).toBe(200);
      expect((await change('second')).status).toBe(412);
      const administered = await app
        .as(admin)
        .patch(`/users/${user.id}`, { role: 'viewer' }, { 'if-match': tag });
      expect(administered.status).toBe(412);
      expect((await app.as(user).get('/users/me')).body).toMatchObject({ username: 'first', role: 'user' });
    });
  });

  it('leaves an event for each change, with names and no content', async () => {
    const made = await newcomer({ password: 'first password' });
    const { id } = made.body;
    await app.as(admin).patch(`/users/${id}`, { username: 'secret-name', role: 'viewer' });
    await app.as(admin).delete(`/users/${id}`);
    const events = await app.database.query<{ type: string; data: object; actor_id: string }>(
      { text: 'SELECT type, data, actor_id FROM events WHERE subject_id = $1 ORDER BY id' },
      [String(id)],
    );
    expect(events).toEqual([
      { type: 'user.created', data: {}, actor_id: admin.id },
      { type: 'user.updated', data: { changed: ['username', 'role'] }, actor_id: admin.id },
      { type: 'user.deleted', data: {}, actor_id: admin.id },
    ]);
  });
});
