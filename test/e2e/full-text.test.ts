import { itemsOf } from '../support/client';
import { TestApp, type TestUser } from '../support/app';

describe('full text search of tasks', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    for (const [title, description, status] of [
      ['Import coverage reports', 'From lcov files', 'pending'],
      ['Fix the parser', 'It fails on coverage of <b>empty</b> & huge files', 'pending'],
      ['Write the docs', null, 'blocked'],
      ['Importing importers', 'Nothing else', 'completed'],
    ] as const) {
      await app.as(user).post('/tasks', { title, description, status });
    }
  });
  afterAll(() => app.close());

  const search = (query: string) => app.as(user).get(`/tasks?${query}`);
  const titles = async (query: string) => itemsOf(await search(query)).map((task) => task.title);

  it('finds words of title and description, those in titles first', async () => {
    expect(await titles('q=coverage')).toEqual(['Import coverage reports', 'Fix the parser']);
    expect(await titles('q=imports')).toHaveLength(2);
    expect(await titles('q=nothing -importers')).toEqual([]);
    expect(await titles(`q=${encodeURIComponent('"coverage reports" or docs')}`)).toHaveLength(2);
  });

  it('goes together with filters, sorts, counts and cursors', async () => {
    expect(await titles('q=import&status=completed')).toEqual(['Importing importers']);
    expect(await titles('q=coverage&sort=-title')).toEqual(['Import coverage reports', 'Fix the parser']);
    expect(await titles('q=coverage&sort=title')).toEqual(['Fix the parser', 'Import coverage reports']);
    const first = await search('q=coverage&limit=1&count=exact');
    expect(first.body.total).toBe(2);
    const second = await search(`q=coverage&limit=1&cursor=${first.body.nextCursor}`);
    expect(itemsOf(second).map((task) => task.title)).toEqual(['Fix the parser']);
    expect(second.body.nextCursor).toBeNull();
  });

  it('refuses a cursor whose relevance is no finite number', async () => {
    const { body } = await search('q=coverage&limit=1');
    const made = Buffer.from(`${body.nextCursor}`, 'base64url').toString();
    const cursor = Buffer.from(made.replace(/\[[^,]+/, '[1e999')).toString('base64url');
    const answer = await search(`q=coverage&limit=1&cursor=${cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
  });

  it('marks the matches in snippets that are safe to show as HTML', async () => {
    const [task] = itemsOf(await search('q=empty'));
    expect(task?.highlight?.description).toContain('&lt;b&gt;<mark>empty</mark>&lt;/b&gt; &amp; huge');
    expect(itemsOf(await search('status=pending'))[0]).not.toHaveProperty('highlight');
  });

  it('follows changes of the text', async () => {
    const made = await app.as(user).post('/tasks', { title: 'Before' });
    await app.as(user).patch(`/tasks/${made.body.id}`, { title: 'Afterwards' });
    expect(await titles('q=before')).toEqual([]);
    expect(await titles('q=afterwards')).toEqual(['Afterwards']);
  });

  it.each(['%22', '!!', '%28%29', 'the', '-', 'a%00b', '%26%7C'])('never fails on q=%s', async (q) => {
    const answer = await search(`q=${q}`);
    expect(q === 'a%00b' ? 400 : 200).toBe(answer.status);
  });
});
