import { TestApp, type TestUser } from '../support/app';
import { codeOf, itemsOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

const MOST = Number.MAX_SAFE_INTEGER;

describe('the token ledger', () => {
  let app: TestApp;
  let user: TestUser;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    client = app.as(user);
  });
  afterAll(() => app.close());

  const create = async () => `/features/${await newFeature(client)}`;
  const usage = { provider: 'anthropic', model: 'm', inputTokens: 10, outputTokens: 5 };
  const column = async (path: string): Promise<unknown> => {
    const sql = 'SELECT tokens_used AS tokens FROM code_metrics WHERE feature_id = $1';
    const [row] = await app.database.query<{ tokens: number }>({ text: sql }, [path.split('/')[2] ?? '']);
    return row?.tokens;
  };

  it('keeps what was recorded, with who and where', async () => {
    const path = await create();
    await client.post(`${path}/transitions`, { toStage: 'design' });
    const full = { ...usage, cachedTokens: 10, cost: 0.0421, currency: 'eur', stage: 'planning' };
    const made = await client.post(`${path}/token-usage`, full);
    expect([made.status, made.headers.get('location')]).toEqual([201, null]);
    expect(made.body).toMatchObject({ ...full, currency: 'EUR', actorId: user.id });
    const plain = await client.post(`${path}/token-usage`, usage);
    expect(plain.body).toMatchObject({ cachedTokens: 0, cost: null, currency: 'USD', stage: 'design' });
    const list = await client.get(`${path}/token-usage`);
    expect(itemsOf(list) as unknown[]).toEqual([plain.body, made.body]);
    expect(itemsOf(await client.get(`${path}/token-usage?stage=planning&model=m`))).toHaveLength(1);
    expect(itemsOf(await client.get(`${path}/token-usage?provider=other`))).toHaveLength(0);
  });

  it('sums exactly past 2^53, where the column stops at its end', async () => {
    const path = await create();
    expect((await client.get(`${path}/metrics`)).status).toBe(404);
    for (let i = 0; i < 3; i++) {
      await client.post(`${path}/token-usage`, { ...usage, inputTokens: MOST, outputTokens: i });
    }
    const sum = 3n * BigInt(MOST) + 3n;
    expect((await client.get(`${path}/metrics`)).text).toContain(`"tokensUsed" : ${sum}`);
    expect(await column(path)).toBe(2_147_483_647);
    await client.delete(`${path}/metrics`);
    expect((await client.put(`${path}/metrics`, { linesOfCode: 1 })).text).toContain(`${sum}`);
    expect(await column(path)).toBe(2_147_483_647);
  });

  it('loses none of many entries at once', async () => {
    const path = await create();
    await Promise.all(Array.from({ length: 30 }, () => client.post(`${path}/token-usage`, usage)));
    expect(Number((await client.get(`${path}/metrics`)).body.tokensUsed)).toBe(450);
    expect(await column(path)).toBe(450);
  });

  it('takes an entry once, with an idempotency key', async () => {
    const path = await create();
    const key = { 'idempotency-key': `"ledger ${path}"` };
    await client.post(`${path}/token-usage`, usage, key);
    const again = await client.post(`${path}/token-usage`, usage, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(Number((await client.get(`${path}/metrics`)).body.tokensUsed)).toBe(15);
  });

  it('refuses what makes no sense', async () => {
    const path = await create();
    const post = (body: object) => client.post(`${path}/token-usage`, { ...usage, ...body });
    expect(codeOf(await post({ cachedTokens: 11 }))).toEqual([422, 'cached_tokens_exceed_input']);
    expect(codeOf(await post({ stage: 'nowhere' }))).toEqual([422, 'unknown_stage']);
    expect(codeOf(await post({ inputTokens: -1 }))).toEqual([400, 'validation_failed']);
    const nowhere = '/features/00000000-0000-4000-8000-000000000000/token-usage';
    expect(codeOf(await client.post(nowhere, usage))).toEqual([404, 'feature_not_found']);
    expect(codeOf(await client.get(nowhere))).toEqual([404, 'feature_not_found']);
  });

  it('tells of each entry', async () => {
    const path = await create();
    const made = await client.post(`${path}/token-usage`, usage);
    const events = itemsOf(await client.get(`/events?subjectId=${path.split('/')[2]}`));
    expect(events.at(-1)).toMatchObject({
      type: 'feature.tokens_recorded',
      actorId: user.id,
      data: { tokenUsageId: made.body.id },
    });
  });
});
