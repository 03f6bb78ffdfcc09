import { TestApp, type TestUser } from '../support/app';
import { itemsOf, type Json } from '../support/client';
import { upload } from '../support/uploads';

describe('lists of attachments', () => {
  let app: TestApp;
  let ann: TestUser;
  let bob: TestUser;
  let taskId: string;
  let quiet: string;
  let messageId: string;
  let made: Json[];

  const namesOf = async (path: string) =>
    itemsOf(await app.as(ann).get(path)).map(({ filename }) => filename as string);

  /** In this order: b and C to the task, a to Ann's message, d by Bob to both. Their sizes are 3, 2, 1 and 0. */
  beforeAll(async () => {
    app = await TestApp.start();
    ann = await app.newUser();
    bob = await app.newUser({ role: 'admin' });
    const newTask = async (title: string) => (await app.as(ann).post('/tasks', { title })).body.id as string;
    [taskId, quiet] = [await newTask('files'), await newTask('none')];
    messageId = (await app.as(ann).post('/messages', { content: 'see', taskId })).body.id as string;
    const plan: [TestUser, Record<string, string>, string][] = [
      [ann, { taskId }, 'b'],
      [bob, { taskId }, 'C'],
      [ann, { messageId }, 'a'],
      [bob, { taskId, messageId }, 'd'],
    ];
    made = [];
    for (const [user, target, name] of plan) {
      const content = 'x'.repeat(3 - made.length);
      made.push((await upload(app.as(user), target, { name, content })).body);
    }
  });
  afterAll(() => app.close());

  it.each([
    ['', ['d', 'a', 'C', 'b']],
    ['?sort=createdAt', ['b', 'C', 'a', 'd']],
    ['?sort=filename', ['C', 'a', 'b', 'd']],
    ['?sort=-sizeBytes', ['b', 'C', 'a', 'd']],
    ['?sort=sizeBytes,-createdAt', ['d', 'a', 'C', 'b']],
    ['?taskId=TASK', ['d', 'C', 'b']],
    ['?messageId=MESSAGE', ['d', 'a']],
    ['?taskId=TASK&messageId=MESSAGE', ['d']],
    ['?taskId=QUIET,TASK', ['d', 'C', 'b']],
    ['?uploadedBy=me', ['a', 'b']],
    ['?uploadedBy=BOB', ['d', 'C']],
    ['?uploadedBy=me&uploadedBy=BOB&taskId=TASK', ['d', 'C', 'b']],
    ['?createdSince=THIRD', ['d', 'a']],
  ])('answers /attachments%s', async (query, names) => {
    const values = {
      TASK: taskId,
      QUIET: quiet,
      MESSAGE: messageId,
      BOB: bob.id,
      THIRD: `${made[2]?.createdAt}`,
    };
    const filled = query.replaceAll(/[A-Z]{3,}/g, (word) =>
      encodeURIComponent(values[word as keyof typeof values]),
    );
    expect(await namesOf(`/attachments${filled}`)).toEqual(names);
  });

  it('answers those of one task or message', async () => {
    expect(await namesOf(`/tasks/${taskId}/attachments`)).toEqual(['d', 'C', 'b']);
    expect(await namesOf(`/tasks/${taskId}/attachments?uploadedBy=me`)).toEqual(['b']);
    expect(await namesOf(`/messages/${messageId}/attachments?sort=filename`)).toEqual(['a', 'd']);
    expect((await app.as(ann).get(`/tasks/${quiet}/attachments`)).body).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('goes through all pages, in every order', async () => {
    for (const sort of ['createdAt', '-filename', 'sizeBytes', '-sizeBytes', '-sizeBytes,filename']) {
      const paged = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: Json = (await app.as(ann).get(`/attachments?limit=1&sort=${sort}${cursor}`)).body;
        paged.push(...(page.items as unknown as Json[]).map(({ filename }) => filename as string));
        cursor = page.nextCursor === null ? null : `&cursor=${page.nextCursor}`;
      }
      expect(paged).toEqual(await namesOf(`/attachments?sort=${sort}`));
    }
  });

  it('shows what single reads show, and never where the file is', async () => {
    const [newest] = itemsOf(await app.as(ann).get('/attachments?limit=1&count=exact'));
    expect(newest).toEqual((await app.as(ann).get(`/attachments/${made[3]?.id}`)).body);
    expect(Object.keys(newest ?? {})).not.toContain('filePath');
    expect(Object.keys(newest ?? {})).not.toContain('deletedAt');
  });

  it.each([
    ['/attachments?sort=sha256', 'sort'],
    ['/attachments?uploadedBy=none', 'uploadedBy'],
    ['/attachments?taskId=7', 'taskId'],
    ['/attachments?messageId=', 'messageId'],
    ['/attachments?createdSince=2026', 'createdSince'],
    ['/attachments?limit=1e1', 'limit'],
    ['/attachments?cursor=x', 'cursor'],
    ['/attachments?filename=a', 'filename'],
    ['/tasks/TASK/attachments?taskId=TASK', 'taskId'],
    ['/messages/MESSAGE/attachments?toString=1', 'toString'],
  ])('refuses %s', async (path, name) => {
    const answer = await app.as(ann).get(path.replaceAll('TASK', taskId).replaceAll('MESSAGE', messageId));
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'query' }] } });
    expect(answer.text).toContain(`"pointer":"#/${name}`);
  });

  it('refuses a cursor with a size that is none', async () => {
    const { body } = await app.as(ann).get('/attachments?limit=1&sort=sizeBytes');
    const cursor = Buffer.from(`${body.nextCursor}`, 'base64url').toString();
    expect(cursor).toContain('"0"');
    for (const size of ['"9223372036854775808"', '"x"', '1e3', 'null']) {
      const forged = Buffer.from(cursor.replace('"0"', size)).toString('base64url');
      const answer = await app.as(ann).get(`/attachments?limit=1&sort=sizeBytes&cursor=${forged}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    }
  });
});
