import { TestApp, type TestUser } from '../support/app';
import { itemsOf, type Json, type TestClient } from '../support/client';

describe('features', () => {
  let app: TestApp;
  let user: TestUser;
  let admin: TestUser;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    admin = await app.newUser({ role: 'admin' });
    client = app.as(user);
  });
  afterAll(() => app.close());

  const create = async (given: object = {}): Promise<Json> => {
    const made = await client.post('/features', { name: 'f', description: '', ...given });
    expect(made.status).toBe(201);
    return made.body;
  };

  it('keep every field as it was given', async () => {
    const given = {
      name: '𝄞'.repeat(127),
      description: 'Ünïcödé \u{1F680}\n',
      currentStage: 'testing',
      completionPercentage: 33.333333333333336,
      estimatedCompletion: '2026-03-01T09:30:00.123456+00:00',
    };
    const made = await client.post('/features', given);
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1/features/${made.body.id}`);
    const read = await client.get(`/features/${made.body.id}`);
    expect(read.body).toMatchObject({
      ...given,
      completionPercentageSource: 'given',
      estimatedCompletionSource: 'given',
      startTime: made.body.lastUpdated,
    });
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
    expect(Object.keys(read.body).toSorted()).toEqual(
      [
        ...['id', 'name', 'description', 'currentStage', 'startTime', 'lastUpdated', 'completionPercentage'],
        ...[
          'estimatedCompletion',
          'completionPercentageSource',
          'completionPercentageBasis',
          'estimatedCompletionSource',
          'estimatedCompletionAsOf',
        ],
      ].toSorted(),
    );
  });

  it('begin in the first stage, with a description that may be empty and a percentage that follows', async () => {
    expect(await create()).toMatchObject({
      description: '',
      currentStage: 'planning',
      completionPercentage: 0,
      completionPercentageSource: 'derived',
      estimatedCompletion: null,
      estimatedCompletionSource: null,
    });
    expect(await create({ currentStage: 'testing' })).toMatchObject({ completionPercentage: 50 });
    expect(await create({ currentStage: 'completed' })).toMatchObject({ completionPercentage: 100 });
  });

  it('begin their history at their start', async () => {
    const { id, startTime } = await create({ currentStage: 'design' });
    const history = await client.get(`/features/${id}/transitions`);
    expect(itemsOf(history)).toEqual([
      {
        id: expect.any(String) as string,
        featureId: id,
        fromStage: null,
        toStage: 'design',
        timestamp: startTime,
        duration: null,
        note: null,
        forced: false,
        actorId: user.id,
        sequence: expect.any(Number) as number,
      },
    ]);
  });

  it('do not begin in a stage that is not configured', async () => {
    const refused = await client.post('/features', { name: 'f', description: '', currentStage: 'Planning' });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ code: 'unknown_stage' });
    expect((refused.body.stages as unknown as string[]).at(-1)).toBe('completed');
  });

  it('change by merge patch; what was given can be taken back', async () => {
    const { id } = await create({ currentStage: 'design', completionPercentage: 80 });
    const renamed = await client.patch(`/features/${id}`, {
      name: 'g',
      estimatedCompletion: '2026-03-01T09:30:00Z',
    });
    expect(renamed.status).toBe(200);
    expect(renamed.body).toMatchObject({
      name: 'g',
      completionPercentage: 80,
      completionPercentageSource: 'given',
      estimatedCompletion: '2026-03-01T09:30:00+00:00',
      estimatedCompletionSource: 'given',
    });
    const taken = await client.patch(`/features/${id}`, {
      description: 'more',
      completionPercentage: null,
      estimatedCompletion: null,
    });
    expect(taken.body).toMatchObject({
      name: 'g',
      description: 'more',
      completionPercentage: 17,
      completionPercentageSource: 'derived',
      estimatedCompletion: null,
      estimatedCompletionSource: null,
    });
    expect(String(taken.body.lastUpdated) > String(renamed.body.lastUpdated)).toBe(true);
    const [stored] = await app.database.query<{ completion_percentage: number }>(
      { text: 'SELECT completion_percentage FROM features WHERE id = $1' },
      [String(id)],
    );
    expect(stored?.completion_percentage).toBe(17);
  });

  it('are not changed by an empty patch, and refuse a stale one', async () => {
    const made = await client.post('/features', { name: 'f', description: '' });
    const path = `/features/${made.body.id}`;
    const etag = String(made.headers.get('etag'));
    const same = await client.patch(path, {});
    expect([same.status, same.headers.get('etag')]).toEqual([200, etag]);
    const changed = await client.patch(path, { name: 'g' }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    for (const patch of [{ name: 'h' }, {}]) {
      const stale = await client.patch(path, patch, { 'if-match': etag });
      expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    }
    const stale = await app.as(admin).delete(path, { 'if-match': etag });
    expect(stale.status).toBe(412);
    expect((await client.get(path, { 'if-none-match': String(changed.headers.get('etag')) })).status).toBe(
      304,
    );
  });

  it('are deleted for good, with what belongs to them, by admins', async () => {
    const { id } = await create();
    const { id: other } = await create();
    await client.put(`/features/${id}/metrics`, { linesOfCode: 1 });
    await client.put(`/features/${id}/dependencies/${other}`, {});
    expect((await client.delete(`/features/${id}`)).status).toBe(403);
    expect((await app.as(admin).delete(`/features/${id}`)).status).toBe(204);
    for (const path of ['', '/transitions', '/metrics', '/dependencies']) {
      const gone = await client.get(`/features/${id}${path}`);
      expect([gone.status, gone.body.code]).toEqual([404, 'feature_not_found']);
    }
    expect((await app.as(admin).delete(`/features/${other}`)).status).toBe(204);
  });

  it('leave their events in the transaction of the change', async () => {
    const { id } = await create();
    const { id: other } = await create();
    await client.patch(`/features/${id}`, { name: 'g' });
    await client.patch(`/features/${id}`, {});
    await client.post(`/features/${id}/transitions`, { toStage: 'design' });
    await client.put(`/features/${id}/metrics`, { linesOfCode: 1 });
    await client.delete(`/features/${id}/metrics`);
    await client.put(`/features/${id}/dependencies/${other}`, {});
    await client.put(`/features/${id}/dependencies/${other}`, { type: 'finish_to_start' });
    await client.put(`/features/${id}/dependencies/${other}`, { type: 'finish_to_finish' });
    await client.delete(`/features/${id}/dependencies/${other}`);
    await app.as(admin).delete(`/features/${id}`);
    const events = await app.database.query<{ type: string; data: object; actor_id: string }>(
      { text: 'SELECT type, data, actor_id FROM events WHERE subject_id = $1 ORDER BY id' },
      [String(id)],
    );
    expect(events.map(({ type }) => type)).toEqual([
      'feature.created',
      'feature.updated',
      'feature.transitioned',
      'feature.metrics_updated',
      'feature.metrics_deleted',
      'feature.dependency_added',
      'feature.dependency_updated',
      'feature.dependency_removed',
      'feature.deleted',
    ]);
    expect(events.map(({ data }) => data)).toMatchObject([
      {},
      { changed: ['name'] },
      { fromStage: 'planning', toStage: 'design', forced: false },
      {},
      {},
      { dependsOnId: other, type: 'finish_to_start' },
      { dependsOnId: other, type: 'finish_to_finish' },
      { dependsOnId: other },
      {},
    ]);
    expect(events.map(({ actor_id }) => actor_id)).toEqual([...Array<string>(8).fill(user.id), admin.id]);
  });
});
