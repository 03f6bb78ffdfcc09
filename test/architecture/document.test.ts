import { Validator } from '@seriousme/openapi-schema-validator';
import { TestApp } from '../support/app';
import { AnswerSchemas } from '../support/routes/answer-schemas';
import {
  type ApiDocument,
  operationsOf,
  readDocument,
  resolved,
  type Schema,
} from '../support/routes/document';

/** Totals are counted on request; emails are for admins and their owner; secrets are shown once, not in a replay. */
const SOMETIMES =
  /^GET \S+ \/total$|^POST \S+ \/(token|link|invitationLink)$|^GET \/api\/v1\/users(\/\{id\})? .*\/email$/;

/** The members that an answer may lack, at any depth. */
function optionalIn(document: ApiDocument, schema: Schema, path = ''): string[] {
  const { properties = {}, required = [], items } = resolved(document, schema);
  const own = Object.keys(properties).filter((name) => !required.includes(name));
  const below = Object.entries(properties).flatMap(([name, each]) =>
    optionalIn(document, each, `${path}/${name}`),
  );
  return [
    ...own.map((name) => `${path}/${name}`),
    ...below,
    ...(items ? optionalIn(document, items, path) : []),
  ];
}

describe('the OpenAPI document', () => {
  let app: TestApp;
  let document: ApiDocument;

  beforeAll(async () => {
    app = await TestApp.start();
    document = await readDocument(app);
  });
  afterAll(() => app.close());

  it('is valid', async () => {
    const { valid, errors } = await new Validator().validate({ ...structuredClone(document) });
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('is OpenAPI 3.1, in JSON Schema’s own words', () => {
    expect(document.openapi).toBe('3.1.0');
    const old = [...nodesOf(document)].filter(
      ([path, node]) => typeof node['nullable'] === 'boolean' && !path.endsWith('/properties'),
    );
    expect(old.map(([path]) => path)).toEqual([]);
  });

  it('has a target for every reference, and a reference to every schema', () => {
    const references = [...nodesOf(document)].flatMap(([, { $ref }]) =>
      typeof $ref === 'string' ? [$ref] : [],
    );
    for (const $ref of references) expect(resolved(document, { $ref })).toBeDefined();
    const names = Object.keys(document.components.schemas);
    expect(names.filter((name) => !references.includes(`#/components/schemas/${name}`))).toEqual([]);
  });

  it('gives examples that its own schemas accept', () => {
    const schemas = new AnswerSchemas(document);
    const wrong = [...nodesOf(document)].filter(
      ([path, node]) =>
        'example' in node && !path.endsWith('/properties') && !schemas.accepts(bare(node), node['example']),
    );
    expect(wrong.map(([path]) => path)).toEqual([]);
  });

  it('promises every member of an answer, but for the few that not everybody gets', () => {
    const answers = operationsOf(document).flatMap(({ key, responses }) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([, { content = {} }]) =>
          Object.values(content).map(({ schema = {} }) => ({ key, schema })),
        ),
    );
    const optional = answers.flatMap(({ key, schema }) =>
      optionalIn(document, schema).map((pointer) => `${key} ${pointer}`),
    );
    expect(optional.filter((member) => !SOMETIMES.test(member))).toEqual([]);
  });

  it('allows null in an enumeration wherever its type does', () => {
    const wrong = [...nodesOf(document)].filter(([, { enum: values, type }]) => {
      if (!Array.isArray(values)) return false;
      return values.includes(null) !== (Array.isArray(type) && type.includes('null'));
    });
    expect(wrong.map(([path]) => path)).toEqual([]);
  });
});

/** A schema without the references in it: an example stands beside simple fields. */
function bare({ $ref: _, ...schema }: Record<string, unknown>): Schema {
  return schema;
}

/** Every object in the document with its path. */
function* nodesOf(node: unknown, path = ''): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [path, node as Record<string, unknown>];
  for (const [key, value] of Object.entries(node)) yield* nodesOf(value, `${path}/${key}`);
}
