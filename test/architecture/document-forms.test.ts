import { TestApp } from '../support/app';
import { type ApiDocument, jsonBodyOf, operationsOf, readDocument } from '../support/routes/document';

describe('a form of the documentation', () => {
  let app: TestApp;
  let document: ApiDocument;

  beforeAll(async () => {
    app = await TestApp.start();
    document = await readDocument(app);
  });
  afterAll(() => app.close());

  /** The page fills an id without an example with one of its own, which names nothing: 422 for whoever tries it out. */
  it('offers null, and no invented id, where a body may go without', () => {
    const invented = operationsOf(document).flatMap((operation) =>
      Object.entries(jsonBodyOf(document, operation)?.properties ?? {})
        .filter(([, { format, type }]) => format === 'uuid' && type?.includes('null'))
        .filter(([, schema]) => schema.example !== null)
        .map(([name]) => `${operation.key} ${name}`),
    );
    expect(invented).toEqual([]);
  });

  it('says of every id in a path that it is a UUID', () => {
    const ids = operationsOf(document).flatMap(({ key, parameters }) =>
      parameters
        .filter((each) => each.in === 'path' && /id$/i.test(each.name))
        .map(({ name, schema }) => [`${key} ${name}`, schema.type, schema.format]),
    );
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter(([, type, format]) => type !== 'string' || format !== 'uuid')).toEqual([]);
  });

  it('offers every PATCH as a JSON Merge Patch', () => {
    const patches = operationsOf(document).filter(({ method }) => method === 'PATCH');
    expect(patches.length).toBeGreaterThan(0);
    for (const { requestBody } of patches) {
      const { 'application/json': json, 'application/merge-patch+json': patch } = requestBody?.content ?? {};
      expect([json, patch]).toEqual([json, json]);
      expect(json).toBeDefined();
    }
  });

  it.each([
    [401, 'WWW-Authenticate'],
    [429, 'Retry-After'],
    [503, 'Retry-After'],
  ])('says which header a %d has', (status, header) => {
    const answers = operationsOf(document).flatMap(({ responses }) => responses[status] ?? []);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter(({ headers = {} }) => !(header in headers))).toEqual([]);
  });
});
