import { TestApp } from '../support/app';
import { codeOf, itemsOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

describe('tasks of a feature', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());

  const feature = async (given?: object) => `/features/${await newFeature(client, given)}`;
  const task = async (status = 'pending'): Promise<string> =>
    String((await client.post('/tasks', { title: `a ${status} task`, status })).body.id);
  const linked = async (path: string, ...statuses: string[]): Promise<string[]> => {
    const ids = [];
    for (const status of statuses) {
      const id = await task(status);
      await client.put(`${path}/tasks/${id}`);
      ids.push(id);
    }
    return ids;
  };
  const completion = async (path: string): Promise<unknown[]> => {
    const { completionPercentage, completionPercentageSource, completionPercentageBasis } = (
      await client.get(path)
    ).body;
    return [completionPercentage, completionPercentageSource, completionPercentageBasis];
  };

  it('are linked, listed and taken out again', async () => {
    const path = await feature();
    const id = await task();
    const made = await client.put(`${path}/tasks/${id}`);
    expect([made.status, (await client.put(`${path}/tasks/${id}`)).status]).toEqual([201, 200]);
    expect(made.body).toMatchObject({ taskId: id, title: 'a pending task', status: 'pending' });
    expect(itemsOf(await client.get(`${path}/tasks`)) as unknown[]).toEqual([made.body]);
    expect((await client.delete(`${path}/tasks/${id}`)).status).toBe(204);
    expect(codeOf(await client.delete(`${path}/tasks/${id}`))).toEqual([404, 'task_not_linked']);
    expect(itemsOf(await client.get(`${path}/tasks`))).toEqual([]);
    const types = itemsOf(await client.get(`/events?subjectId=${path.split('/')[2]}`)).map(
      ({ type }) => type,
    );
    expect(types).toEqual(['feature.created', 'feature.task_linked', 'feature.task_unlinked']);
  });

  it('have to be there, as the feature has', async () => {
    const path = await feature();
    const id = await task();
    const none = '00000000-0000-4000-8000-000000000000';
    expect(codeOf(await client.put(`${path}/tasks/${none}`))).toEqual([404, 'task_not_found']);
    expect(codeOf(await client.put(`/features/${none}/tasks/${id}`))).toEqual([404, 'feature_not_found']);
    expect(codeOf(await client.get(`/features/${none}/tasks`))).toEqual([404, 'feature_not_found']);
    await client.delete(`/tasks/${id}`);
    expect(codeOf(await client.put(`${path}/tasks/${id}`))).toEqual([404, 'task_not_found']);
  });

  it('say how far it is, by their completed share, until the final stage settles it', async () => {
    const path = await feature({ currentStage: 'design' });
    expect(await completion(path)).toEqual([17, 'derived', 'stage']);
    const [first = '', second = ''] = await linked(path, 'pending', 'pending', 'pending', 'cancelled');
    expect(await completion(path)).toEqual([0, 'derived', 'tasks']);
    await client.patch(`/tasks/${first}`, { status: 'completed' });
    expect(await completion(path)).toEqual([33, 'derived', 'tasks']);
    await client.post(`${path}/transitions`, { toStage: 'review' });
    expect(await completion(path)).toEqual([33, 'derived', 'tasks']);
    await client.delete(`/tasks/${second}`);
    expect(await completion(path)).toEqual([50, 'derived', 'tasks']);
    await client.post(`${path}/transitions`, { toStage: 'completed' });
    expect(await completion(path)).toEqual([100, 'derived', 'stage']);
  });

  it('leave a given percentage alone, and show when it is taken back', async () => {
    const path = await feature({ completionPercentage: 80 });
    await linked(path, 'completed', 'pending');
    expect(await completion(path)).toEqual([80, 'given', null]);
    await client.patch(path, { completionPercentage: null });
    expect(await completion(path)).toEqual([50, 'derived', 'tasks']);
  });

  it('give way to the stage when the last of them is taken out', async () => {
    const path = await feature({ currentStage: 'design' });
    const [id] = await linked(path, 'completed');
    expect(await completion(path)).toEqual([100, 'derived', 'tasks']);
    await client.delete(`${path}/tasks/${id}`);
    expect(await completion(path)).toEqual([17, 'derived', 'stage']);
  });

  it('are all counted when they are completed at the same moment', async () => {
    const path = await feature();
    const ids = await linked(path, ...Array.from({ length: 12 }, () => 'pending'));
    await Promise.all(ids.map((id) => client.patch(`/tasks/${id}`, { status: 'completed' })));
    expect(await completion(path)).toEqual([100, 'derived', 'tasks']);
  });

  it('change the feature with an event of the system', async () => {
    const path = await feature();
    const [id] = await linked(path, 'pending');
    await client.patch(`/tasks/${id}`, { status: 'completed' });
    const last = itemsOf(await client.get(`/events?subjectId=${path.split('/')[2]}`)).at(-1);
    expect(last).toMatchObject({
      type: 'feature.updated',
      actorId: null,
      data: { changed: ['completionPercentage'] },
    });
  });
});
