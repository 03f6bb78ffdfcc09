import { TestApp } from '../support/app';
import { itemsOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

describe('the history of metrics', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());

  const create = async () => `/features/${await newFeature(client)}/metrics`;
  const setDay = (path: string, day: string) =>
    app.database.query({ text: `UPDATE feature_metrics_history SET day = $2 WHERE feature_id = $1` }, [
      path.split('/')[2] ?? '',
      day,
    ]);

  it('has one row a day, as the metrics were when it ended', async () => {
    const path = await create();
    expect(itemsOf(await client.get(`${path}/history`))).toEqual([]);
    await client.put(path, { linesOfCode: 1 });
    await setDay(path, '2026-01-01');
    await client.put(path, { linesOfCode: 2, testCoverage: 50, modifiedFiles: ['a'], newFiles: [] });
    await client.put(path, { linesOfCode: 3, testCoverage: 60, modifiedFiles: ['a', 'b'], newFiles: [] });
    const usage = { provider: 'p', model: 'm', inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 5 };
    await client.post(path.replace('metrics', 'token-usage'), usage);
    const answer = await client.get(`${path}/history`);
    expect(answer.text).toContain(`"tokensUsed":${BigInt(Number.MAX_SAFE_INTEGER) + 5n}`);
    expect(itemsOf(answer)).toMatchObject([
      { day: '2026-01-01', linesOfCode: 1, tokensUsed: 0, testCoverage: null, modifiedFiles: null },
      { linesOfCode: 3, testCoverage: 60, modifiedFiles: 2, newFiles: 0 },
    ]);
  });

  it('comes page by page, in either order', async () => {
    const path = await create();
    for (const day of ['2026-01-03', '2026-01-01', '2026-01-02']) {
      await client.put(path, { linesOfCode: 1 });
      await app.database.query(
        { text: `UPDATE feature_metrics_history SET day = $2 WHERE feature_id = $1 AND day > '2026-02-01'` },
        [path.split('/')[2] ?? '', day],
      );
    }
    const page = await client.get(`${path}/history?limit=2&sort=-day`);
    const next = await client.get(`${path}/history?limit=2&sort=-day&cursor=${page.body.nextCursor}`);
    const days = [...itemsOf(page), ...itemsOf(next)].map(({ day }) => day);
    expect(days).toEqual(['2026-01-03', '2026-01-02', '2026-01-01']);
    expect(itemsOf(await client.get(`${path}/history`)).map(({ day }) => day)).toEqual(days.toReversed());
    expect((await client.get(`${path}/history?cursor=${page.body.nextCursor}`)).status).toBe(400);
  });

  it('is limited to days, and stays when the metrics are deleted', async () => {
    const path = await create();
    await client.put(path, { linesOfCode: 1 });
    await setDay(path, '2026-01-02');
    await client.delete(path);
    const count = async (query: string) => itemsOf(await client.get(`${path}/history?${query}`)).length;
    expect(await count('since=2026-01-02T12:00:00Z&before=2026-01-02T12:00:00Z')).toBe(1);
    expect(await count('before=2026-01-02T00:00:00Z')).toBe(0);
    expect(await count('since=2026-01-03T00:00:00Z')).toBe(0);
    const nowhere = await client.get('/features/00000000-0000-4000-8000-000000000000/metrics/history');
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'feature_not_found']);
  });
});
