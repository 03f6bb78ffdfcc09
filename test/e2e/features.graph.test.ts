import { TestApp } from '../support/app';
import type { TestClient } from '../support/client';
import { newFeature } from '../support/features';

describe('the graph of dependencies', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());

  const create = (name: string) => newFeature(client, { name });
  const depend = (id: string, on: string, type = 'finish_to_start') =>
    client.put(`/features/${id}/dependencies/${on}`, { type });

  it('has every dependency, its critical path, slack and layers', async () => {
    const [a, b, c, d] = [
      await create('one a'),
      await create('one b'),
      await create('one c'),
      await create('one d'),
    ];
    await create('one alone');
    await Promise.all([depend(b, a), depend(c, a), depend(d, b), depend(d, c, 'finish_to_finish')]);
    const answer = await client.get(`/features/graph?name=one&hours=10&durations=${b}=30,${c}=2.5`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ duration: 50, criticalPath: [a, b, d] });
    expect(answer.body['dependencies']).toHaveLength(4);
    const features = answer.body['features'] as unknown as { id: string }[];
    const of = (id: string) => features.find((feature) => feature.id === id);
    expect(features).toHaveLength(4);
    expect(of(a)).toMatchObject({ layer: 0, start: 0, finish: 10, slack: 0, critical: true, name: 'one a' });
    expect(of(c)).toMatchObject({ layer: 1, start: 10, finish: 12.5, slack: 37.5, critical: false });
    expect(of(d)).toMatchObject({
      layer: 2,
      start: 40,
      finish: 50,
      completed: false,
      currentStage: 'planning',
    });
  });

  it('takes no time for what is completed, and leaves it out when asked', async () => {
    const [a, b] = [await create('two a'), await create('two b')];
    await depend(b, a);
    await client.post(`/features/${a}/transitions`, { toStage: 'completed' });
    const answer = await client.get('/features/graph?name=two&hours=5');
    expect(answer.body).toMatchObject({ duration: 5, criticalPath: [b] });
    expect((await client.get('/features/graph?name=two&open=true')).body as unknown).toEqual({
      ...{ features: [], dependencies: [], criticalPath: [], duration: 0 },
    });
  });

  it('takes as many durations as fit into an address', async () => {
    const durations = (count: number) =>
      Array.from({ length: count }, () => '00000000-0000-4000-8000-000000000000=12345.125');
    const path = (count: number) =>
      `/features/graph?name=one&durations=${encodeURIComponent(durations(count).join())}`;
    expect((await client.get(path(250))).status).toBe(200);
    expect((await client.get(path(251))).status).toBe(400);
  });

  it('refuses durations that are none', async () => {
    for (const durations of ['x', 'x=1', `00000000-0000-4000-8000-000000000000=-1`]) {
      const answer = await client.get(`/features/graph?durations=${durations}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    }
  });
});
