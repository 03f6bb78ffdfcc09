import { TestApp, type TestUser } from '../support/app';
import { itemsOf, type Json } from '../support/client';

describe('lists of messages', () => {
  let app: TestApp;
  let ann: TestUser;
  let bob: TestUser;
  let tasks: string[];
  let sent: Json[];

  const contentsOf = async (path: string, user = ann) =>
    itemsOf(await app.as(user).get(path)).map(({ content }) => content as string);

  /** Six messages, in this order: a and b by Ann about the first task, c and d by Bob about the second, e and f about none. */
  beforeAll(async () => {
    app = await TestApp.start();
    ann = await app.newUser();
    bob = await app.newUser();
    const titles = ['one', 'two', 'silent'];
    tasks = [];
    for (const title of titles) {
      tasks.push((await app.as(ann).post('/tasks', { title })).body.id as string);
    }
    const plan = [
      [ann, { content: 'a', taskId: tasks[0], type: 'text' }],
      [ann, { content: 'b', taskId: tasks[0], type: 'code' }],
      [bob, { content: 'c', taskId: tasks[1], type: 'markdown' }],
      [bob, { content: 'd', taskId: tasks[1] }],
      [ann, { content: 'e' }],
      [bob, { content: 'f' }],
    ] as const;
    sent = [];
    for (const [user, input] of plan) sent.push((await app.as(user).post('/messages', input)).body);
    await app.as(ann).patch(`/messages/${sent[0]?.id}`, { content: 'a' });
  });
  afterAll(() => app.close());

  it('answers the newest first', async () => {
    expect(await contentsOf('/messages')).toEqual(['f', 'e', 'd', 'c', 'b', 'a']);
  });

  it.each([
    ['taskId=0', ['b', 'a']],
    ['taskId=0&taskId=1', ['d', 'c', 'b', 'a']],
    ['taskId=0,1', ['d', 'c', 'b', 'a']],
    ['senderId=me', ['e', 'b', 'a']],
    ['senderId=BOB', ['f', 'd', 'c']],
    ['senderId=me,BOB&taskId=1', ['d', 'c']],
    ['type=code,markdown', ['c', 'b']],
    ['type=system', []],
    ['status=edited', ['a']],
    ['status=sent&type=text', ['f', 'e', 'd']],
    ['createdSince=D', ['f', 'e', 'd']],
    ['updatedSince=E', ['f', 'e', 'a']],
    ['sort=createdAt', ['a', 'b', 'c', 'd', 'e', 'f']],
    ['sort=-updatedAt', ['a', 'f', 'e', 'd', 'c', 'b']],
    ['sort=updatedAt&senderId=me', ['b', 'e', 'a']],
  ])('answers ?%s', async (query, contents) => {
    const times = { D: sent[3]?.createdAt, E: sent[4]?.createdAt };
    const filled = query
      .replace(/taskId=([\d,]+)/g, (_, of: string) => `taskId=${of.split(',').map((i) => tasks[Number(i)])}`)
      .replace('BOB', bob.id)
      .replace(/Since=([DE])/, (_, name: 'D' | 'E') => `Since=${encodeURIComponent(times[name] ?? '')}`);
    expect(await contentsOf(`/messages?${filled}`)).toEqual(contents);
  });

  it('goes through all pages, in both orders, without a gap or a repetition', async () => {
    for (const sort of ['createdAt', '-createdAt', 'updatedAt', '-updatedAt']) {
      const whole = await contentsOf(`/messages?sort=${sort}`);
      const paged = [];
      let path: string | undefined = `/api/v1/messages?sort=${sort}&limit=1`;
      while (path !== undefined) {
        const page = await app.as(ann).get(path.replace('/api/v1', ''));
        paged.push(...itemsOf(page).map(({ content }) => content as string));
        path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(paged).toEqual(whole);
    }
  });

  it('counts on request', async () => {
    const page = await app.as(ann).get('/messages?count=exact&limit=1&senderId=me');
    expect(page.body).toMatchObject({ total: 3 });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=0x10', 'limit'],
    ['sort=content', 'sort'],
    ['sort=createdAt,updatedAt,createdAt', 'sort'],
    ['taskId=1', 'taskId'],
    ['taskId=me', 'taskId'],
    ['senderId=none', 'senderId'],
    ['type=loud', 'type'],
    ['status=read', 'status'],
    ['createdSince=yesterday', 'createdSince'],
    ['createdSince=2026-02-30T00:00:00Z', 'createdSince'],
    ['updatedSince=', 'updatedSince'],
    ['cursor=nonsense', 'cursor'],
    ['q=x', 'q'],
    ['constructor=1', 'constructor'],
    ['__proto__=1', '__proto__'],
    ['senderId=a%00b', 'senderId'],
  ])('refuses ?%s', async (query, name) => {
    const answer = await app.as(ann).get(`/messages?${query}`);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'query' }] } });
    expect(answer.text).toContain(`"pointer":"#/${name}`);
  });

  it('refuses a cursor of another sort', async () => {
    const { body } = await app.as(ann).get('/messages?limit=1');
    const answer = await app.as(ann).get(`/messages?limit=1&sort=createdAt&cursor=${body.nextCursor}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });

  describe('of a task', () => {
    it('answers a conversation: the oldest first', async () => {
      expect(await contentsOf(`/tasks/${tasks[0]}/messages`)).toEqual(['a', 'b']);
      expect(await contentsOf(`/tasks/${tasks[0]}/messages?sort=-createdAt`)).toEqual(['b', 'a']);
      expect(await contentsOf(`/tasks/${tasks[1]}/messages?type=markdown&senderId=me`, bob)).toEqual(['c']);
    });

    it('answers an empty page where nobody said anything', async () => {
      const page = await app.as(ann).get(`/tasks/${tasks[2]}/messages`);
      expect(page).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
    });

    it('knows no other task, and takes none', async () => {
      const missing = await app.as(ann).get('/tasks/00000000-0000-4000-8000-000000000000/messages');
      expect(missing).toMatchObject({ status: 404, body: { code: 'task_not_found' } });
      expect((await app.as(ann).get('/tasks/nope/messages')).status).toBe(400);
      const twice = await app.as(ann).get(`/tasks/${tasks[0]}/messages?taskId=${tasks[1]}`);
      expect(twice).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/taskId' }] } });
    });
  });
});
