import { PERMISSIONS } from '../../apps/api/src/auth/permissions';
import { TestApp } from '../support/app';
import {
  type ApiDocument,
  type Operation,
  operationsOf,
  readDocument,
  resolved,
  type Schema,
} from '../support/routes/document';
import { SCENARIOS } from '../support/routes/scenarios';
import { handlersOf, servedPaths } from '../support/routes/served-routes';

/** What everybody may call without signing in. */
const PUBLIC_ROUTES = [
  'GET /health/live',
  'GET /health/ready',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/password/forgot',
  'POST /api/v1/auth/password/reset',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/register',
  'POST /api/v1/setup',
];

/** What is served beside the API: pages for people. */
const PAGES = /^\/((docs|setup|password)(\/.*)?)?$/;

describe('every route', () => {
  let app: TestApp;
  let document: ApiDocument;
  let operations: Operation[];

  beforeAll(async () => {
    app = await TestApp.start();
    document = await readDocument(app);
    operations = operationsOf(document);
  });
  afterAll(() => app.close());

  /** The keys of the operations for which something does not hold. */
  const except = (holds: (operation: Operation) => boolean) =>
    operations.filter((operation) => !holds(operation)).map(({ key }) => key);

  it('declares a permission or that it is public, never both', () => {
    const handlers = handlersOf(app);
    expect(handlers.length).toBeGreaterThan(10);
    const undecided = handlers.filter(({ permission, isPublic }) => isPublic === (permission !== undefined));
    expect(undecided.map(({ name }) => name)).toEqual([]);
  });

  it('is in the document', () => {
    expect(operations).toHaveLength(handlersOf(app).length);
    const documented = new Set(Object.keys(document.paths));
    const missing = [...servedPaths(app)].filter((path) => !documented.has(path) && !PAGES.test(path));
    expect(missing).toEqual([]);
    expect([...documented].filter((path) => !servedPaths(app).has(path))).toEqual([]);
  });

  it('asks for a bearer token, unless it is one of the few public ones', () => {
    expect(
      operations
        .filter((operation) => operation['x-public'])
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(PUBLIC_ROUTES.toSorted());
    expect(
      except(({ security, ...operation }) => !!operation['x-public'] === (security === undefined)),
    ).toEqual([]);
    const named = (operation: Operation) => operation['x-permission']?.name ?? '';
    expect(except((operation) => !!operation['x-public'] || named(operation) in PERMISSIONS)).toEqual([]);
  });

  it('has a summary, a tag and an operation id of its own', () => {
    expect(except(({ summary = '', tags = [] }) => summary !== '' && tags.length === 1)).toEqual([]);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(except(({ operationId = '' }) => /^[A-Z]\w+_\w+$/.test(operationId))).toEqual([]);
  });

  it('has a tag that the document describes, and every described tag a route', () => {
    expect(document.tags.filter(({ description = '' }) => !/^[A-Z].*\.$/.test(description))).toEqual([]);
    const used = new Set(operations.flatMap(({ tags = [] }) => tags));
    expect(document.tags.map(({ name }) => name).toSorted()).toEqual([...used].toSorted());
  });

  it('describes its success, with a schema unless it is empty', () => {
    const successes = ({ responses }: Operation) =>
      Object.entries(responses).filter(([status]) => status.startsWith('2'));
    expect(except((operation) => successes(operation).length > 0)).toEqual([]);
    const described = (operation: Operation) =>
      successes(operation).every(([status, { content = {} }]) => {
        const schemas = Object.values(content).map(({ schema }) => schema);
        return status === '204' ? schemas.length === 0 : schemas.length > 0 && schemas.every(Boolean);
      });
    expect(except(described)).toEqual([]);
  });

  it('describes its failures by their codes', () => {
    const has = ({ responses }: Operation, ...statuses: number[]) =>
      statuses.every((status) => {
        const content = responses[status]?.content?.['application/problem+json'];
        const examples = Object.entries(content?.examples ?? {});
        return examples.length > 0 && examples.every(([code, { value }]) => code === value.code);
      });
    expect(except((operation) => has(operation, 429, 500, 503))).toEqual([]);
    expect(except((operation) => !!operation['x-public'] || has(operation, 401, 403))).toEqual([]);
    expect(except((operation) => !operation.requestBody || has(operation, 400, 413, 415))).toEqual([]);
    expect(except((operation) => operation.path.startsWith('/health/') || has(operation, 400))).toEqual([]);
    expect(except((operation) => !operation.path.includes('{') || has(operation, 404))).toEqual([]);
    const conditional = ({ parameters }: Operation) => parameters.some(({ name }) => name === 'If-Match');
    expect(except((operation) => !conditional(operation) || has(operation, 412))).toEqual([]);
  });

  it('has a scenario, and every scenario a route', () => {
    expect(Object.keys(SCENARIOS).toSorted()).toEqual(operations.map(({ key }) => key).toSorted());
  });

  it('shows an example, or the form, of every field that a client writes', () => {
    const bodies = operations.flatMap(({ key, requestBody }) =>
      Object.values(requestBody?.content ?? {}).map(({ schema }) => ({ key, schema })),
    );
    expect(bodies.filter(({ schema }) => !schema).map(({ key }) => key)).toEqual([]);
    const bare = bodies.flatMap(({ key, schema }) =>
      Object.entries(resolved(document, schema ?? {}).properties ?? {})
        .filter(([, field]) => !shown(field))
        .map(([name]) => `${key}: ${name}`),
    );
    expect(bare).toEqual([]);
  });
});

/** Whether a reader sees what to send: an example, or a schema that is one by itself. */
function shown(field: Schema): boolean {
  const formed = field.example !== undefined || field.enum !== undefined || field.format !== undefined;
  return formed || [field.type].flat().some((type) => type === 'boolean' || type === 'object');
}
