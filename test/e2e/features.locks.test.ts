import { TestApp } from '../support/app';
import type { Answer, TestClient } from '../support/client';

/**
 * A feature is locked before what hangs on it, and several features by their ids: then nobody waits in a circle. PostgreSQL ends such
 * a circle after a second by failing somebody, who would be answered 503.
 */
describe('writes that meet at the same features', () => {
  let app: TestApp;
  let client: TestClient;
  let admin: TestClient;

  beforeAll(async () => {
    app = await TestApp.start({ DATABASE_POOL_SIZE: '30' });
    client = app.as(await app.newUser());
    admin = app.as(await app.newUser({ role: 'admin' }));
  });
  afterAll(() => app.close());

  const create = async (path: string, body: object): Promise<string> =>
    String((await client.post(path, body)).body.id);
  const feature = () => create('/features', { name: 'f', description: '' });
  const task = () => create('/tasks', { title: 't' });
  const several = (count: number, make: () => Promise<string>) =>
    Promise.all(Array.from({ length: count }, make));

  const expectServed = (answers: readonly Answer[]) =>
    expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([]);

  it('of tasks that are part of the same features do not wait in a circle', async () => {
    const [features, tasks] = [await several(4, feature), await several(6, task)];
    for (const [i, id] of tasks.entries()) {
      // Linked in another order each.
      const order = features.map((_, n) => features[(n + i) % features.length]);
      for (const one of i % 2 ? order : order.toReversed()) await client.put(`/features/${one}/tasks/${id}`);
    }
    for (let round = 0; round < 15; round++) {
      const status = round % 2 ? 'pending' : 'completed';
      const answers = await Promise.all([
        ...tasks.map((id) => client.patch(`/tasks/${id}`, { status })),
        ...features.map((id) =>
          client.post(`/features/${id}/transitions`, { toStage: round % 2 ? 'design' : 'review' }),
        ),
      ]);
      expectServed(answers);
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200, 201]));
      const { body } = await client.get(`/features/${features[0]}`);
      expect(body.completionPercentage).toBe(round % 2 ? 0 : 100);
    }
  });

  it('of links do not wait in a circle with tasks, moves and each other', async () => {
    const [features, tasks] = [await several(3, feature), await several(4, task)];
    for (let round = 0; round < 15; round++) {
      const links = features.flatMap((one) => tasks.map((id) => `/features/${one}/tasks/${id}`));
      const answers = await Promise.all([
        ...links.map((path, i) => (i % 2 === round % 2 ? client.put(path) : client.delete(path))),
        ...tasks.map((id) => client.patch(`/tasks/${id}`, { status: round % 2 ? 'blocked' : 'completed' })),
      ]);
      expectServed(answers);
    }
  });

  it('of a feature that is being deleted wait for that, and no circle closes', async () => {
    const tasks = await several(3, task);
    for (let round = 0; round < 25; round++) {
      const [id, other] = [await feature(), await feature()];
      for (const one of tasks) await client.put(`/features/${id}/tasks/${one}`);
      const { headers } = await client.put(`/features/${id}/metrics`, { linesOfCode: 1 });
      const ifMatch = { 'if-match': String(headers.get('etag')) };
      const usage = { provider: 'p', model: 'm', inputTokens: 1, outputTokens: 1 };
      const answers = await Promise.all([
        client.delete(`/features/${id}/tasks/${tasks[0]}`),
        client.put(`/features/${id}/metrics`, { linesOfCode: 2 }, ifMatch),
        client.post(`/features/${id}/token-usage`, usage),
        client.patch(`/tasks/${tasks[1]}`, { status: round % 2 ? 'pending' : 'completed' }),
        admin.delete(`/features/${id}`),
        client.delete(`/features/${id}/tasks/${tasks[2]}`),
        client.put(`/features/${other}/dependencies/${id}`, {}),
        client.delete(`/features/${id}/metrics`),
        client.post(`/features/${id}/transitions`, { toStage: 'review' }),
      ]);
      expectServed(answers);
    }
  });
});
