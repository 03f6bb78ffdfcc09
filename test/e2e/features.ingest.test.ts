import { TestApp } from '../support/app';
import { type Answer, codeOf, itemsOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

const TEXT = { 'content-type': 'text/plain' };
const XML = { 'content-type': 'application/xml; charset=utf-8' };
const LCOV = 'TN:\nSF:a.ts\nDA:1,1\nDA:2,0\nDA:3,4\nDA:4,1\nend_of_record\n';
const COBERTURA = `<?xml version="1.0"?><coverage><packages><package><classes><class filename="b.py"><lines>
  <line number="1" hits="0"/><line number="2" hits="0"/><line number="3" hits="0"/><line number="4" hits="1"/>
  </lines></class></classes></package></packages></coverage>`;

describe('ingesting', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());

  const create = async () => `/features/${await newFeature(client)}/metrics`;
  const ingest = (path: string, body: unknown, query = '', headers = TEXT): Promise<Answer> =>
    client.post(`${path}/ingest${query}`, body, typeof body === 'string' ? headers : {});
  const events = async (path: string): Promise<string[]> =>
    itemsOf(await client.get(`/events?subjectId=${path.split('/')[2]}`)).map(({ type }) => String(type));

  it('adds commits up, and takes each once', async () => {
    const path = await create();
    const one = '10\t2\ta.ts\u00005\t0\tb.ts\0 create mode 100644 b.ts\n';
    const first = await ingest(path, one, '?commit=one');
    expect([first.status, first.headers.get('etag')]).toEqual([
      200,
      (await client.get(path)).headers.get('etag'),
    ]);
    expect(first.body).toMatchObject({ linesOfCode: 15, modifiedFiles: ['a.ts'], newFiles: ['b.ts'] });
    const again = await ingest(path, one, '?commit=one');
    expect(again.text).toBe(first.text);
    const two = '1\t1\tb.ts\n2\t0\tc.ts\n create mode 100644 d.ts\n0\t0\td.ts\n';
    expect((await ingest(path, two, '?commit=two')).body).toMatchObject({
      linesOfCode: 18,
      modifiedFiles: ['a.ts', 'c.ts'],
      newFiles: ['b.ts', 'd.ts'],
    });
    expect(await events(path)).toEqual([
      'feature.created',
      'feature.metrics_updated',
      'feature.metrics_updated',
    ]);
  });

  it('has the coverage of the last commit, of all its reports together', async () => {
    const path = await create();
    expect((await ingest(path, LCOV, '?commit=one')).body).toMatchObject({
      testCoverage: 75,
      linesOfCode: 0,
    });
    expect((await ingest(path, COBERTURA, '?commit=one&format=cobertura', XML)).body).toMatchObject({
      testCoverage: 50,
    });
    expect((await ingest(path, LCOV, '?commit=two')).body).toMatchObject({ testCoverage: 75 });
    expect((await ingest(path, COBERTURA, '?commit=one', XML)).body).toMatchObject({ testCoverage: 75 });
  });

  it('takes JSON with all that a commit brought, in one call', async () => {
    const path = await create();
    const all = {
      ...{ linesOfCode: 7, modifiedFiles: ['x'], newFiles: ['y'], linesFound: 8, linesHit: 2 },
      ...{ inputTokens: 100, outputTokens: 20, model: 'm', provider: 'p', cost: 0.5 },
    };
    const taken = await ingest(path, all, '?commit=one');
    expect(taken.body).toMatchObject({
      ...{ linesOfCode: 7, testCoverage: 25, tokensUsed: 120 },
      ...{ modifiedFiles: ['x'], newFiles: ['y'] },
    });
    expect((await ingest(path, all, '?commit=one')).text).toBe(taken.text);
    const [entry] = itemsOf(await client.get(path.replace('metrics', 'token-usage')));
    expect(entry).toMatchObject({
      model: 'm',
      provider: 'p',
      inputTokens: 100,
      cost: 0.5,
      stage: 'planning',
    });
    expect((await ingest(path, { testCoverage: 12.5 }, '?commit=two')).body).toMatchObject({
      testCoverage: 12.5,
    });
  });

  it('knows what it has taken by its content when no commit is named', async () => {
    const path = await create();
    await ingest(path, '3\t0\ta\n');
    await ingest(path, '3\t0\ta\n');
    expect((await ingest(path, '4\t0\ta\n')).body).toMatchObject({ linesOfCode: 7 });
    expect((await ingest(path, { linesOfCode: 1 })).body).toMatchObject({ linesOfCode: 8 });
    expect((await ingest(path, { linesOfCode: 1 })).body).toMatchObject({ linesOfCode: 8 });
  });

  it('starts from what PUT says, and anew after DELETE, though tokens are never counted twice', async () => {
    const path = await create();
    const all = { linesOfCode: 5, inputTokens: 1, outputTokens: 1, model: 'm' };
    await ingest(path, all, '?commit=one');
    await client.put(path, { linesOfCode: 100 });
    expect((await ingest(path, all, '?commit=one')).body).toMatchObject({ linesOfCode: 100, newFiles: null });
    expect((await ingest(path, all, '?commit=two')).body).toMatchObject({ linesOfCode: 105, tokensUsed: 4 });
    await client.delete(path);
    expect((await ingest(path, all, '?commit=one')).body).toMatchObject({ linesOfCode: 5, tokensUsed: 4 });
  });

  it('counts each of many commits at once', async () => {
    const path = await create();
    const all = Array.from({ length: 20 }, (_, i) => ingest(path, '1\t0\ta\n', `?commit=${i % 10}`));
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await client.get(path)).body).toMatchObject({ linesOfCode: 10 });
  });

  it('names the line of a broken report, and keeps nothing of it', async () => {
    const path = await create();
    const broken = await ingest(path, 'TN:\nSF:a\nDA:1,x\nend_of_record\n', '?commit=one');
    expect(codeOf(broken)).toEqual([400, 'broken_report']);
    expect(broken.body).toMatchObject({ format: 'lcov', line: 3 });
    expect(broken.body.detail).toContain('line 3');
    const bomb = `<?xml version="1.0"?><!DOCTYPE coverage [<!ENTITY a "${'x'.repeat(99)}">]><coverage>&a;</coverage>`;
    expect(codeOf(await ingest(path, bomb, '', XML))).toEqual([400, 'broken_report']);
    expect((await client.get(path)).status).toBe(404);
    expect((await ingest(path, LCOV, '?commit=one')).status).toBe(200);
  });

  it('refuses what it cannot read', async () => {
    const path = await create();
    expect(codeOf(await ingest(path, 'hello'))).toEqual([400, 'validation_failed']);
    expect(codeOf(await ingest(path, '1\t0\ta\n', '?format=lcov'))).toEqual([400, 'broken_report']);
    expect(codeOf(await ingest(path, {}))).toEqual([400, 'validation_failed']);
    expect(codeOf(await ingest(path, { linesHit: 1 }))).toEqual([400, 'validation_failed']);
    expect(codeOf(await ingest(path, { inputTokens: 1 }))).toEqual([400, 'validation_failed']);
    expect(codeOf(await ingest(path, { linesOfCode: 1 }, '?format=lcov'))).toEqual([
      400,
      'validation_failed',
    ]);
    const bytes = new Uint8Array([0x31, 0x09, 0x30, 0x09, 0xff, 0x0a]);
    expect(codeOf(await client.post(`${path}/ingest`, bytes, TEXT))).toEqual([400, 'malformed_body']);
    expect(codeOf(await ingest(path, 'x', '', { 'content-type': 'text/csv' }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(codeOf(await client.put(path, 'x', TEXT))).toEqual([415, 'unsupported_media_type']);
    const nowhere = '/features/00000000-0000-4000-8000-000000000000/metrics';
    expect(codeOf(await ingest(nowhere, LCOV))).toEqual([404, 'feature_not_found']);
  });

  it('takes reports of many megabytes, and none beyond its limit', async () => {
    const path = await create();
    const file = `SF:a\n${Array.from({ length: 600_000 }, (_, i) => `DA:${i + 1},${i % 2}\n`).join('')}end_of_record\n`;
    expect((await ingest(path, file)).body).toMatchObject({ testCoverage: 50 });
    expect(codeOf(await ingest(path, '#'.repeat(20 * 1024 ** 2 + 1)))).toEqual([413, 'body_too_large']);
  }, 60_000);
});
