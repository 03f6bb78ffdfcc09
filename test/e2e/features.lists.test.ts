import { TestApp } from '../support/app';
import { type Answer, itemsOf, type Json, type TestClient } from '../support/client';

describe('lists of features', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());

  const create = async (given: object): Promise<Json> => {
    const made = await client.post('/features', { name: 'f', description: '', ...given });
    expect(made.status).toBe(201);
    return made.body;
  };
  const names = (answer: Answer) => itemsOf(answer).map(({ name }) => String(name));

  it('are narrowed by stage, by openness, by text and by time, in each order', async () => {
    const word = 'list_50%\\';
    const early = await create({ name: `${word} a`, currentStage: 'design', completionPercentage: 90 });
    const late = await create({ name: 'b', description: `LIST_50%\\ b`, currentStage: 'testing' });
    const done = await create({ name: `${word} c`, currentStage: 'completed' });
    const q = encodeURIComponent(word);
    const list = async (rest: string) => names(await client.get(`/features?q=${q}&${rest}`));
    expect(await list('')).toEqual([done.name, late.name, early.name]);
    expect(await list('sort=name')).toEqual(['b', `${word} a`, `${word} c`]);
    expect(await list('sort=-completionPercentage')).toEqual([done.name, early.name, late.name]);
    expect(await list('sort=startTime')).toEqual([early.name, late.name, done.name]);
    expect(await list('currentStage=design,completed&sort=startTime')).toEqual([early.name, done.name]);
    expect(await list('currentStage=retired')).toEqual([]);
    expect(await list('open=true&sort=startTime')).toEqual([early.name, late.name]);
    expect(await list('open=false')).toEqual([done.name]);
    expect(await list(`startedSince=${encodeURIComponent(String(late.startTime))}&sort=startTime`)).toEqual([
      late.name,
      done.name,
    ]);
    await client.patch(`/features/${early.id}`, { description: 'changed' });
    const changed = await client.get(`/features/${early.id}`);
    expect(await list(`updatedSince=${encodeURIComponent(String(changed.body.lastUpdated))}`)).toEqual([
      early.name,
    ]);
    expect(names(await client.get('/features?q=list_5%25'))).toEqual([]);
  });

  it('are paged by every key without loss or repetition', async () => {
    const word = 'paged';
    for (const completionPercentage of [10.1, 10.1, 0.30000000000000004, 100, 7]) {
      await create({ name: word, description: 'x', completionPercentage });
    }
    for (const sort of ['name', '-completionPercentage', 'completionPercentage,-name', '-lastUpdated']) {
      const seen: string[] = [];
      for (let next: string | null = `/features?q=${word}&limit=2&sort=${sort}&count=exact`; next !== null;) {
        const page = await client.get(next);
        expect(page.body.total as unknown).toBe(5);
        seen.push(...itemsOf(page).map(({ id }) => String(id)));
        const cursor = page.body.nextCursor as string | null;
        next = cursor && `/features?q=${word}&limit=2&sort=${sort}&count=exact&cursor=${cursor}`;
      }
      expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
    }
  });
});
