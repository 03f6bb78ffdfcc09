import { TestApp } from '../support/app';
import { itemsOf, type Json, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

describe('dependencies', () => {
  let app: TestApp;
  let client: TestClient;
  let admin: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
    admin = app.as(await app.newUser({ role: 'admin' }));
  });
  afterAll(() => app.close());

  const create = (given?: object) => newFeature(client, given);
  const put = (id: string, dependsOnId: string, body: unknown = {}) =>
    client.put(`/features/${id}/dependencies/${dependsOnId}`, body);

  it('are put, put again and deleted', async () => {
    const [id, other] = [await create(), await create({ name: 'other', currentStage: 'testing' })];
    const made = await put(id, other, undefined);
    expect(made.status).toBe(201);
    expect(made.body as unknown).toEqual({
      featureId: id,
      dependsOnId: other,
      type: 'finish_to_start',
      name: 'other',
      currentStage: 'testing',
      completed: false,
    });
    const changed = await put(id, other.toUpperCase(), { type: 'finish_to_finish' });
    expect([changed.status, changed.body.type]).toEqual([200, 'finish_to_finish']);
    const replaced = await put(id, other, {});
    expect([replaced.status, replaced.body.type]).toEqual([200, 'finish_to_start']);
    expect((await client.get(`/features/${id}/dependencies`)).body).toEqual({
      items: [replaced.body],
      nextCursor: null,
    });
    expect((await client.delete(`/features/${id}/dependencies/${other}`)).status).toBe(204);
    const gone = await client.delete(`/features/${id}/dependencies/${other}`);
    expect([gone.status, gone.body.code]).toEqual([404, 'dependency_not_found']);
    expect(itemsOf(await client.get(`/features/${id}/dependencies`))).toEqual([]);
  });

  it('are listed whole, oldest first, by whether they are completed', async () => {
    const id = await create();
    const stages = ['completed', 'planning', 'completed'];
    const others: string[] = [];
    for (const currentStage of stages) others.push(await create({ currentStage }));
    for (const other of others) await put(id, other);
    const list = async (query: string) =>
      itemsOf(await client.get(`/features/${id}/dependencies${query}`)).map((item) => item.dependsOnId);
    expect(await list('')).toEqual(others);
    expect(await list('?completed=true')).toEqual([others[0], others[2]]);
    expect(await list('?completed=false')).toEqual([others[1]]);
    const unknown = await client.get(`/features/${id}/dependencies?limit=1`);
    expect(unknown.body.errors?.[0] as unknown).toMatchObject({ pointer: '#/limit', code: 'unknown_field' });
  });

  it('of a feature on itself are a cycle', async () => {
    const id = await create();
    const refused = await put(id, id);
    expect([refused.status, refused.body.code]).toEqual([409, 'dependency_cycle']);
    expect(refused.body.path as unknown).toEqual([id, id]);
  });

  it('that close a cycle are refused with a shortest path', async () => {
    const [a, b, c, d] = [await create(), await create(), await create(), await create()];
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, d],
      [b, d],
    ] as const) {
      expect((await put(from, to)).status).toBe(201);
    }
    const refused = await put(d, a, { type: 'finish_to_finish' });
    expect([refused.status, refused.body.code]).toEqual([409, 'dependency_cycle']);
    expect(refused.body.path as unknown).toEqual([d, a, b, d]);
    expect(itemsOf(await client.get(`/features/${d}/dependencies`))).toEqual([]);
    expect((await put(a, d)).status).toBe(201);
  });

  it('in a ladder with 2^30 ways through it are judged at once', async () => {
    const rungs = await Promise.all(
      Array.from({ length: 31 }, () => Promise.all([create(), create()] as const)),
    );
    const edges = rungs.flatMap(([a, b], i) => {
      const next = rungs[i + 1];
      return next ? next.flatMap((to) => [`('${a}', '${to}')`, `('${b}', '${to}')`]) : [];
    });
    await app.database.query({
      text: `INSERT INTO feature_dependencies (feature_id, depends_on_id) VALUES ${edges.join()}`,
    });
    const [top, bottom] = [String(rungs[0]?.[0]), String(rungs.at(-1)?.[0])];
    const refused = await put(bottom, top);
    expect(refused.status).toBe(409);
    expect((refused.body.path as unknown as string[]).length).toBe(32);
  });

  it('on a feature keep it from being deleted', async () => {
    const [id, other] = [await create({ name: 'dependent' }), await create()];
    await put(id, other);
    const refused = await admin.delete(`/features/${other}`);
    expect(refused.status).toBe(409);
    expect(refused.body as unknown).toMatchObject({
      code: 'has_dependents',
      dependents: [{ featureId: id, name: 'dependent', type: 'finish_to_start' }],
      total: 1,
    });
    await client.delete(`/features/${id}/dependencies/${other}`);
    expect((await admin.delete(`/features/${other}`)).status).toBe(204);
  });

  it('are at most 1,000 of one feature', async () => {
    const id = await create();
    const last = await create();
    await app.database.query(
      {
        text: `WITH made AS (INSERT INTO features (name, description, current_stage)
                 SELECT 'd', '', 'planning' FROM generate_series(1, 1000) RETURNING id)
               INSERT INTO feature_dependencies (feature_id, depends_on_id) SELECT $1, id FROM made`,
      },
      [id],
    );
    const refused = await put(id, last);
    expect([refused.status, refused.body.code]).toEqual([422, 'too_many_dependencies']);
    const items = itemsOf(await client.get(`/features/${id}/dependencies`)) as Json[];
    expect(items).toHaveLength(1000);
    expect((await put(id, String(items[0]?.dependsOnId), { type: 'finish_to_finish' })).status).toBe(200);
  });
});
