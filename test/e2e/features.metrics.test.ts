import { TestApp } from '../support/app';
import { codeOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

describe('metrics', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());

  const create = async () => `/features/${await newFeature(client)}/metrics`;

  it('read back as they were put', async () => {
    const path = await create();
    expect(codeOf(await client.get(path))).toEqual([404, 'metrics_not_found']);
    const given = {
      linesOfCode: 2_147_483_647,
      testCoverage: 87.33333333333333,
      modifiedFiles: ['src/"quoted", {braces}.ts', 'back\\slash', 'NULL', '\u{1F680} ü'],
      newFiles: [],
    };
    const made = await client.put(path, given);
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1${path}`);
    const featureId = path.split('/')[2];
    const read = await client.get(path);
    expect(read.body as unknown).toEqual({ featureId, tokensUsed: 0, ...given });
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
  });

  it('are replaced whole: what is left out is not known', async () => {
    const path = await create();
    await client.put(path, { linesOfCode: 1, testCoverage: 0, modifiedFiles: ['a'], newFiles: ['b'] });
    const usage = { provider: 'p', model: 'm', inputTokens: 4, outputTokens: 3 };
    await client.post(path.replace('metrics', 'token-usage'), usage);
    const replaced = await client.put(path, { linesOfCode: 0, modifiedFiles: [] });
    expect(replaced.status).toBe(200);
    expect(replaced.headers.get('location')).toBeNull();
    expect(replaced.body).toMatchObject({
      linesOfCode: 0,
      tokensUsed: 7,
      testCoverage: null,
      modifiedFiles: [],
      newFiles: null,
    });
    expect((await client.get(path)).text).toBe(replaced.text);
  });

  it('are deleted', async () => {
    const path = await create();
    expect(codeOf(await client.delete(path))).toEqual([404, 'metrics_not_found']);
    await client.put(path, { linesOfCode: 1 });
    expect((await client.delete(path)).status).toBe(204);
    expect(codeOf(await client.get(path))).toEqual([404, 'metrics_not_found']);
    expect((await client.put(path, { linesOfCode: 1 })).status).toBe(201);
  });

  it('refuse what is based on a version that is gone', async () => {
    const path = await create();
    const stale = { 'if-match': '"1-x"' };
    expect(codeOf(await client.put(path, { linesOfCode: 1 }, stale))).toEqual([412, 'precondition_failed']);
    const made = await client.put(path, { linesOfCode: 1 });
    const current = { 'if-match': String(made.headers.get('etag')) };
    expect((await client.get(path, { 'if-none-match': current['if-match'] })).status).toBe(304);
    const replaced = await client.put(path, { linesOfCode: 2 }, current);
    expect([replaced.status, Number(replaced.body.linesOfCode)]).toEqual([200, 2]);
    expect(codeOf(await client.put(path, { linesOfCode: 3 }, current))).toEqual([412, 'precondition_failed']);
    expect(codeOf(await client.delete(path, current))).toEqual([412, 'precondition_failed']);
    const latest = { 'if-match': String(replaced.headers.get('etag')) };
    expect((await client.delete(path, latest)).status).toBe(204);
  });

  it('are made by one of many who put them at once, and changed by one of many who saw the same version', async () => {
    const path = await create();
    const puts = await Promise.all(
      Array.from({ length: 20 }, (_, linesOfCode) => client.put(path, { linesOfCode })),
    );
    expect(puts.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(puts.filter(({ status }) => status === 200)).toHaveLength(19);
    const current = { 'if-match': String((await client.get(path)).headers.get('etag')) };
    const changes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.put(path, { linesOfCode: 100 + i }, current)),
    );
    expect(changes.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(changes.filter(({ status }) => status === 412)).toHaveLength(19);
  });
});
