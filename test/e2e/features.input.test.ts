import { TestApp } from '../support/app';
import type { TestClient } from '../support/client';

const UUID = '00000000-0000-4000-8000-00000000dead';
const MANY = Array.from({ length: 51 }, (_, i) => i).join();

/** What is wrong, as method, path, body, and the field and code of the answer. `:id` is a feature, `:other` another. */
type Case = [method: string, path: string, body: unknown, pointer: string, code: string];

const CREATE: Case[] = [
  ['POST', '/features', {}, '#/name', 'required'],
  ['POST', '/features', { name: '', description: '' }, '#/name', 'too_short'],
  ['POST', '/features', { name: ' \t', description: '' }, '#/name', 'bad_format'],
  ['POST', '/features', { name: 'x'.repeat(256), description: '' }, '#/name', 'too_long'],
  ['POST', '/features', { name: 'a\0b', description: '' }, '#/name', 'nul_character'],
  ['POST', '/features', '{"name":"\\ud800","description":""}', '#/name', 'ill_formed_text'],
  ['POST', '/features', { name: 1, description: '' }, '#/name', 'wrong_type'],
  ['POST', '/features', { name: 'f' }, '#/description', 'required'],
  ['POST', '/features', { name: 'f', description: null }, '#/description', 'not_nullable'],
  ['POST', '/features', { name: 'f', description: 'x'.repeat(100_001) }, '#/description', 'too_long'],
  ['POST', '/features', { name: 'f', description: '', currentStage: null }, '#/currentStage', 'not_nullable'],
  [
    'POST',
    '/features',
    { name: 'f', description: '', currentStage: 'x'.repeat(51) },
    '#/currentStage',
    'too_long',
  ],
  ['POST', '/features', { name: 'f', description: '', startTime: null }, '#/startTime', 'unknown_field'],
  ['POST', '/features', { name: 'f', description: '', id: UUID }, '#/id', 'unknown_field'],
  ['POST', '/features', { name: 'f', description: '', toString: 1 }, '#/toString', 'unknown_field'],
];

const PERCENTAGES: Case[] = [-1, 100.0000001, '50', true, []].map((completionPercentage) => [
  'PATCH',
  '/features/:id',
  { completionPercentage },
  '#/completionPercentage',
  typeof completionPercentage === 'number' ? 'out_of_range' : 'wrong_type',
]);

const PATCH: Case[] = [
  ...PERCENTAGES,
  ['PATCH', '/features/:id', '{"completionPercentage":1e400}', '#/completionPercentage', 'wrong_type'],
  [
    'PATCH',
    '/features/:id',
    { estimatedCompletion: '2026-02-30T00:00:00Z' },
    '#/estimatedCompletion',
    'invalid_timestamp',
  ],
  ['PATCH', '/features/:id', { name: null }, '#/name', 'not_nullable'],
  ['PATCH', '/features/:id', { currentStage: 'design' }, '#/currentStage', 'unknown_field'],
  [
    'PATCH',
    '/features/:id',
    { completionPercentageSource: 'given' },
    '#/completionPercentageSource',
    'unknown_field',
  ],
  ['PATCH', '/features/:id', [], '#', 'wrong_type'],
];

const TRANSITION: Case[] = [
  ['POST', '/features/:id/transitions', {}, '#/toStage', 'required'],
  ['POST', '/features/:id/transitions', { toStage: '' }, '#/toStage', 'too_short'],
  ['POST', '/features/:id/transitions', { toStage: ['design'] }, '#/toStage', 'wrong_type'],
  [
    'POST',
    '/features/:id/transitions',
    { toStage: 'design', fromStage: null },
    '#/fromStage',
    'not_nullable',
  ],
  [
    'POST',
    '/features/:id/transitions',
    { toStage: 'design', note: 'x'.repeat(10_001) },
    '#/note',
    'too_long',
  ],
  ['POST', '/features/:id/transitions', { toStage: 'design', force: 'true' }, '#/force', 'wrong_type'],
  ['POST', '/features/:id/transitions', { toStage: 'design', actorId: UUID }, '#/actorId', 'unknown_field'],
  ['POST', '/features/1/transitions', { toStage: 'design' }, '#/id', 'invalid_uuid'],
];

const METRICS: Case[] = [
  ['PUT', '/features/:id/metrics', {}, '#/linesOfCode', 'required'],
  ['PUT', '/features/:id/metrics', { linesOfCode: 2 ** 31 }, '#/linesOfCode', 'out_of_range'],
  ['PUT', '/features/:id/metrics', { linesOfCode: 1.5 }, '#/linesOfCode', 'wrong_type'],
  ['PUT', '/features/:id/metrics', { linesOfCode: 1, tokensUsed: 1 }, '#/tokensUsed', 'unknown_field'],
  ['PUT', '/features/:id/metrics', { linesOfCode: 1, testCoverage: 101 }, '#/testCoverage', 'out_of_range'],
  ['PUT', '/features/:id/metrics', { linesOfCode: 1, newFiles: 'a' }, '#/newFiles', 'wrong_type'],
  ['PUT', '/features/:id/metrics', { linesOfCode: 1, newFiles: [null] }, '#/newFiles', 'wrong_type'],
  ['PUT', '/features/:id/metrics', { linesOfCode: 1, newFiles: ['a\0'] }, '#/newFiles/0', 'nul_character'],
  [
    'PUT',
    '/features/:id/metrics',
    { linesOfCode: 1, modifiedFiles: Array(10_001).fill('a') },
    '#/modifiedFiles',
    'wrong_type',
  ],
];

const DEPENDENCIES: Case[] = [
  ['PUT', '/features/:id/dependencies/x', {}, '#/dependsOnId', 'invalid_uuid'],
  ['PUT', '/features/x/dependencies/:other', {}, '#/id', 'invalid_uuid'],
  ['PUT', '/features/:id/dependencies/:other', { type: 'start_to_start' }, '#/type', 'not_allowed'],
  ['PUT', '/features/:id/dependencies/:other', { type: null }, '#/type', 'not_nullable'],
  ['PUT', '/features/:id/dependencies/:other', { name: 'x' }, '#/name', 'unknown_field'],
  ['DELETE', `/features/:id/dependencies/${UUID}0`, undefined, '#/dependsOnId', 'invalid_uuid'],
];

const QUERIES: Case[] = [
  ['GET', '/features/%00', undefined, '#/id', 'invalid_uuid'],
  ['GET', '/features?limit=101', undefined, '#/limit', 'out_of_range'],
  ['GET', '/features?open=yes', undefined, '#/open', 'wrong_type'],
  ['GET', '/features?open=true&open=false', undefined, '#/open', 'wrong_type'],
  ['GET', '/features?sort=description', undefined, '#/sort', 'invalid_sort'],
  ['GET', '/features?q=', undefined, '#/q', 'too_short'],
  ['GET', '/features?q=%00', undefined, '#/q', 'nul_character'],
  ['GET', `/features?currentStage=${'x'.repeat(51)}`, undefined, '#/currentStage', 'not_allowed'],
  ['GET', `/features?currentStage=${MANY}`, undefined, '#/currentStage', 'not_allowed'],
  ['GET', '/features?updatedSince=yesterday', undefined, '#/updatedSince', 'invalid_timestamp'],
  ['GET', '/features?stage=design', undefined, '#/stage', 'unknown_field'],
  ['GET', '/features?cursor=abc', undefined, '#/cursor', 'invalid_cursor'],
  ['GET', '/features/:id/transitions?sort=duration', undefined, '#/sort', 'not_allowed'],
  ['GET', '/features/:id/transitions?cursor=%F0%9F', undefined, '#/cursor', 'invalid_cursor'],
  ['GET', '/features/:id/transitions?featureId=x', undefined, '#/featureId', 'unknown_field'],
  ['GET', '/features/:id/dependencies?completed=1', undefined, '#/completed', 'wrong_type'],
];

describe('bad input to features', () => {
  let app: TestApp;
  let client: TestClient;
  let ids: Record<string, string>;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
    const made = await Promise.all(
      ['f', 'g'].map((name) => client.post('/features', { name, description: 'as it was' })),
    );
    ids = { id: String(made[0]?.body.id), other: String(made[1]?.body.id) };
  });
  afterAll(() => app.close());

  const cases = [...CREATE, ...PATCH, ...TRANSITION, ...METRICS, ...DEPENDENCIES, ...QUERIES];
  it.each(cases.map((each) => [`${each[0]} ${each[1].slice(0, 60)}: ${each[3]} ${each[4]}`, each] as const))(
    '%s',
    async (_name, [method, path, body, pointer, code]) => {
      const target = path.replaceAll(/:(id|other)\b/g, (_, name: string) => ids[name] ?? '');
      const headers: Record<string, string> =
        typeof body === 'string' ? { 'content-type': 'application/json' } : {};
      const answer = await client.send(method, target, body, headers);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body.errors as unknown).toContainEqual(expect.objectContaining({ pointer, code }));
    },
  );

  it('has written nothing', async () => {
    const [counted] = await app.database.query({
      text: `SELECT (SELECT count(*)::int FROM features) AS features,
        (SELECT count(*)::int FROM stage_transitions) AS transitions,
        (SELECT count(*)::int FROM code_metrics) AS metrics,
        (SELECT count(*)::int FROM feature_dependencies) AS dependencies,
        (SELECT count(*)::int FROM events WHERE subject_type = 'feature') AS events`,
    });
    expect(counted).toEqual({ features: 2, transitions: 2, metrics: 0, dependencies: 0, events: 2 });
    expect((await client.get(`/features/${ids.id}`)).body).toMatchObject({ description: 'as it was' });
  });
});
