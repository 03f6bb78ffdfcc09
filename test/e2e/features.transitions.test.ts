import { TestApp, type TestUser } from '../support/app';
import { type Answer, codeOf, itemsOf, type Json, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

const STAGES = ['design', 'development', 'testing', 'review', 'deployment', 'completed'];

describe('transitions', () => {
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

  const create = (given?: object) => newFeature(client, given);
  const move = (id: string, input: object, as = client) => as.post(`/features/${id}/transitions`, input);
  const history = async (id: string, query = '') =>
    itemsOf(await client.get(`/features/${id}/transitions?${query}`));

  it('move a feature and keep what was said of it', async () => {
    const id = await create();
    const before = await client.get(`/features/${id}`);
    const note = 'skips ahead \u{1F680}';
    const moved = await move(id, { toStage: 'review', fromStage: 'planning', note });
    expect(moved.status).toBe(201);
    expect(moved.headers.get('location')).toBeNull();
    expect(moved.body).toMatchObject({
      featureId: id,
      fromStage: 'planning',
      toStage: 'review',
      note,
      forced: false,
      actorId: user.id,
    });
    expect((await history(id))[1]).toEqual(moved.body);
    const after = await client.get(`/features/${id}`);
    expect(after.body).toMatchObject({ currentStage: 'review', completionPercentage: 67 });
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(String(after.body.lastUpdated) >= String(moved.body.timestamp)).toBe(true);
  });

  it('lead back as well, out of the final stage too', async () => {
    const id = await create({ currentStage: 'completed' });
    expect((await move(id, { toStage: 'planning' })).status).toBe(201);
    expect((await history(id)).map(({ toStage }) => toStage)).toEqual(['completed', 'planning']);
  });

  it('leave a percentage alone that somebody gave', async () => {
    const id = await create({ completionPercentage: 5 });
    await move(id, { toStage: 'review' });
    const { body } = await client.get(`/features/${id}`);
    expect(body).toMatchObject({ completionPercentage: 5, completionPercentageSource: 'given' });
  });

  it('are refused from another stage, into the same one and into one that is not configured', async () => {
    const id = await create({ currentStage: 'design' });
    const changed = await move(id, { toStage: 'review', fromStage: 'planning' });
    expect(codeOf(changed)).toEqual([409, 'stage_changed']);
    expect(changed.body.currentStage).toBe('design');
    expect(codeOf(await move(id, { toStage: 'design' }))).toEqual([409, 'already_in_stage']);
    const unknown = await move(id, { toStage: 'constructor', fromStage: 'planning' });
    expect(codeOf(unknown)).toEqual([422, 'unknown_stage']);
    expect(await history(id)).toHaveLength(1);
  });

  it('honour If-Match on the feature', async () => {
    const id = await create();
    const etag = String((await client.get(`/features/${id}`)).headers.get('etag'));
    const path = `/features/${id}/transitions`;
    expect((await client.post(path, { toStage: 'design' }, { 'if-match': etag })).status).toBe(201);
    const stale = await client.post(path, { toStage: 'nonsense' }, { 'if-match': etag });
    expect(codeOf(stale)).toEqual([412, 'precondition_failed']);
  });

  it('are made once under one idempotency key', async () => {
    const id = await create();
    const path = `/features/${id}/transitions`;
    const once = await client.post(path, { toStage: 'design' }, { 'idempotency-key': id });
    const again = await client.post(path, { toStage: 'design' }, { 'idempotency-key': id });
    expect(once.status).toBe(201);
    expect([again.status, again.text]).toEqual([201, once.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await history(id)).toHaveLength(2);
  });

  it('wait in the first stage for what has to be finished before the start', async () => {
    const [id, first, second] = [await create(), await create({ name: 'first' }), await create()];
    await client.put(`/features/${id}/dependencies/${first}`, {});
    await client.put(`/features/${id}/dependencies/${second}`, { type: 'finish_to_finish' });
    const blocked = await move(id, { toStage: 'design' });
    expect(codeOf(blocked)).toEqual([409, 'blocked_by_dependencies']);
    expect(blocked.body.blockedBy as unknown).toEqual([
      { featureId: first, name: 'first', currentStage: 'planning', type: 'finish_to_start' },
    ]);
    const both = await move(id, { toStage: 'completed' });
    expect(itemsIn(both).map(({ featureId }) => featureId)).toEqual([first, second]);
    await move(first, { toStage: 'completed' });
    expect((await move(id, { toStage: 'design' })).status).toBe(201);
    await move(first, { toStage: 'review' });
    expect((await move(id, { toStage: 'testing' })).status).toBe(201);
  });

  it('wait before the final stage for what has to be finished before the finish', async () => {
    const [id, other] = [await create(), await create()];
    await client.put(`/features/${id}/dependencies/${other}`, { type: 'finish_to_finish' });
    expect((await move(id, { toStage: 'deployment' })).status).toBe(201);
    expect(codeOf(await move(id, { toStage: 'completed' }))).toEqual([409, 'blocked_by_dependencies']);
    await move(other, { toStage: 'completed' });
    expect((await move(id, { toStage: 'completed' })).status).toBe(201);
  });

  it('are forced by admins alone, and say so only where it was needed', async () => {
    const [id, other] = [await create(), await create()];
    await client.put(`/features/${id}/dependencies/${other}`, {});
    expect(codeOf(await move(id, { toStage: 'design', force: true }))).toEqual([403, 'forbidden']);
    expect(codeOf(await move(id, { toStage: 'design' }, app.as(admin)))).toEqual([
      409,
      'blocked_by_dependencies',
    ]);
    const forced = await move(id, { toStage: 'design', force: true }, app.as(admin));
    expect(forced.body).toMatchObject({ forced: true, actorId: admin.id });
    const free = await move(id, { toStage: 'testing', force: true }, app.as(admin));
    expect(free.body).toMatchObject({ forced: false });
  });

  it('are listed in their order, page by page, either way', async () => {
    const id = await create();
    const stages = ['design', 'development', 'testing', 'review'];
    for (const toStage of stages) await move(id, { toStage });
    // Equal times: the order in which they were written settles it.
    await app.database.query(
      { text: 'UPDATE stage_transitions SET timestamp = now() WHERE feature_id = $1' },
      [id],
    );
    for (const [sort, expected] of [
      ['timestamp', ['planning', ...stages]],
      ['-timestamp', ['planning', ...stages].toReversed()],
    ] as const) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const query: string = `limit=2&sort=${sort}${cursor && `&cursor=${cursor}`}`;
        const page = await client.get(`/features/${id}/transitions?${query}`);
        seen.push(...itemsOf(page).map(({ toStage }) => String(toStage)));
        cursor = page.body.nextCursor as string | null;
      }
      expect(seen).toEqual(expected);
    }
  });

  it('never go back in time, whatever the clock does', async () => {
    const id = await create();
    const ahead = '2999-01-01T00:00:00.000999+00:00';
    await app.database.query(
      { text: 'UPDATE stage_transitions SET timestamp = $2::timestamptz WHERE feature_id = $1' },
      [id, ahead],
    );
    const moved = await move(id, { toStage: 'design' });
    expect(moved.body).toMatchObject({ timestamp: ahead, duration: 0 });
    await move(id, { toStage: 'review' });
    expect((await history(id)).map(({ toStage }) => toStage)).toEqual(['planning', 'design', 'review']);
  });

  it('count whole milliseconds, each moment cut before they are subtracted', async () => {
    const id = await create();
    for (const toStage of [...STAGES, ...STAGES]) {
      await app.database.query(
        { text: 'UPDATE stage_transitions SET timestamp = $2::timestamptz WHERE feature_id = $1' },
        [id, '2020-01-01T00:00:00.000999+00:00'],
      );
      const { timestamp, duration } = (await move(id, { toStage })).body;
      expect(Number(duration)).toBe(Date.parse(String(timestamp)) - Date.parse('2020-01-01T00:00:00.000Z'));
    }
  });

  it('leave their durations as exact integers', async () => {
    const id = await create();
    await app.database.query(
      { text: 'UPDATE stage_transitions SET duration = 9007199254740993 WHERE feature_id = $1' },
      [id],
    );
    const page = await client.get(`/features/${id}/transitions`);
    expect(page.text).toMatch(/"duration" ?: ?9007199254740993\b/);
  });

  it('of a feature without history have no duration to tell', async () => {
    const id = await create();
    await app.database.query({ text: 'DELETE FROM stage_transitions WHERE feature_id = $1' }, [id]);
    expect(await history(id)).toEqual([]);
    expect((await move(id, { toStage: 'design' })).body).toMatchObject({
      fromStage: 'planning',
      duration: null,
    });
  });

  it('still read, and still go on, from stages that are no longer configured', async () => {
    const id = await create({ completionPercentage: 42 });
    await app.database.query(
      {
        text: `WITH f AS (UPDATE features SET current_stage = 'retired', completion_given = false WHERE id = $1)
          UPDATE stage_transitions SET to_stage = 'retired' WHERE feature_id = $1`,
      },
      [id],
    );
    const retired = itemsOf(await client.get('/features?currentStage=retired&open=true'));
    expect(retired.map((feature) => feature.id)).toEqual([id]);
    const patched = await client.patch(`/features/${id}`, { completionPercentage: null });
    expect(patched.body).toMatchObject({ currentStage: 'retired', completionPercentage: 42 });
    expect(codeOf(await move(id, { toStage: 'retired' }))).toEqual([422, 'unknown_stage']);
    expect((await move(id, { toStage: 'design', fromStage: 'retired' })).status).toBe(201);
    expect((await history(id)).map(({ fromStage, toStage }) => [fromStage, toStage])).toEqual([
      [null, 'retired'],
      ['retired', 'design'],
    ]);
    expect((await client.get(`/features/${id}`)).body).toMatchObject({ completionPercentage: 17 });
  });

  it('go by the configured list', async () => {
    const other = await TestApp.start({ STAGES: 'idea, doing ,done' });
    try {
      const theirs = other.as(await other.newUser());
      const { body } = await theirs.post('/features', { name: 'f', description: '' });
      expect(body).toMatchObject({ currentStage: 'idea', completionPercentage: 0 });
      await theirs.post(`/features/${body.id}/transitions`, { toStage: 'doing' });
      const doing = await theirs.get(`/features/${body.id}`);
      expect(doing.body).toMatchObject({ currentStage: 'doing', completionPercentage: 50 });
      const unknown = await theirs.post(`/features/${body.id}/transitions`, { toStage: 'completed' });
      expect(unknown.body).toMatchObject({ code: 'unknown_stage', stages: ['idea', 'doing', 'done'] });
    } finally {
      await other.close();
    }
  });
});

function itemsIn({ body }: Answer): Json[] {
  return body.blockedBy as unknown as Json[];
}
