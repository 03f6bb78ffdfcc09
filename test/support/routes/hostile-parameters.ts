import type { AnswerSchemas } from './answer-schemas';
import type { Operation, Parameter, Schema } from './document';
import type { HostileRequest } from './hostile-request';

const GARBAGE = [
  ...[
    '',
    ' ',
    'x',
    'null',
    'undefined',
    'NaN',
    '-1',
    '1.5',
    '0x10',
    '1e3',
    '+1',
    ' 1',
    '99999999999999999999',
  ],
  ...[
    'yes',
    '1',
    '0',
    'TRUE',
    '2024-02-30T00:00:00Z',
    'yesterday',
    '2024',
    '[]',
    '{}',
    "' OR 1=1 --",
    '../x',
    '*',
  ],
  ...['title,title', 'a,b,c', ',', '-', '--id', 'x'.repeat(5000)],
];
const NUL = 'a\0b';
const UNKNOWN = [
  'unknown',
  'constructor',
  'toString',
  '__proto__',
  'hasOwnProperty',
  'limit[]',
  'limit[a]',
  '',
];
const BAD_IDS = [
  'x',
  '0',
  'null',
  '%20',
  '00000000-0000-0000-0000-00000000000',
  `${'0'.repeat(8)}-x`,
  '%00',
  "'",
  '*',
];

/** Query parameters that no route takes. @param path the path that the scenario calls */
export function hostileQueries(operation: Operation, path: string, schemas: AnswerSchemas): HostileRequest[] {
  const parameters = operation.parameters.filter((parameter) => parameter.in === 'query');
  const send = (name: string, values: readonly string[], label = values.join(' & ')): HostileRequest => {
    const [bare = '', given = ''] = path.split('?');
    const others = [...new URLSearchParams(given)].filter(([each]) => each !== name);
    const query = new URLSearchParams([...others, ...values.map((value): [string, string] => [name, value])]);
    const at = { in: 'query', pointer: `#/${name}` } as const;
    const told = `?${name}=${label.slice(0, 40)}`;
    return { name: told, path: `${bare}?${query.toString()}`, statuses: [400], at };
  };
  const known = parameters.flatMap((parameter) => {
    const refused = GARBAGE.filter((text) => !takes(parameter, text, schemas));
    const twice = isList(parameter.schema) ? [] : [send(parameter.name, ['1', '1'])];
    const many = isList(parameter.schema)
      ? [send(parameter.name, Array<string>(51).fill('x'), '51 values')]
      : [];
    return [...[...refused, NUL].map((text) => send(parameter.name, [text])), ...twice, ...many];
  });
  return [...known, ...UNKNOWN.map((name) => send(name, ['1']))];
}

const isList = ({ type }: Schema) => type === 'array';

/** Whether the text is a value of the parameter, as its schema has it. */
function takes({ name, schema }: Parameter, text: string, schemas: AnswerSchemas): boolean {
  if (name === 'cursor') return false;
  const { items } = schema;
  if (isList(schema))
    return text.split(',').every((each) => schemas.accepts(items ?? {}, converted(items ?? {}, each)));
  return schemas.accepts(schema, converted(schema, text));
}

/** A text as the type that is asked for, strictly. */
function converted({ type }: Schema, text: string): unknown {
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

/** Ids in the path that are none: whatever stands for `{id}` in the route. */
export function hostilePaths(operation: Operation, path: string): HostileRequest[] {
  const template = operation.path.replace('/api/v1', '').split('/');
  const [bare = '', query] = path.split('?');
  const parts = bare.split('/');
  return template.flatMap((part, i) => {
    if (!part.startsWith('{')) return [];
    const at = { in: 'path', pointer: `#/${part.slice(1, -1)}` } as const;
    const send = (text: string) => [parts.with(i, text).join('/'), query].filter(Boolean).join('?');
    return [
      ...BAD_IDS.map((id): HostileRequest => ({ name: `the id ${id}`, path: send(id), statuses: [400], at })),
      { name: 'an id of 501 characters', path: send('x'.repeat(501)), statuses: [400, 404] },
      { name: 'a broken escape', path: send('%zz'), statuses: [400, 404] },
      { name: 'an unknown id', path: send('00000000-0000-4000-8000-000000000000'), statuses: [404] },
    ];
  });
}

/** Headers that mean nothing. */
export function hostileHeaders({ parameters }: Operation): HostileRequest[] {
  const takesHeader = (header: string) => parameters.some(({ name }) => name === header);
  const key = { in: 'header', pointer: '#/Idempotency-Key' } as const;
  const tags = ['', 'x', '"', '"0"', 'W/', '"a-b", "c"', '\u00e4', 'x'.repeat(4000)];
  const keys = ['', 'x'.repeat(256), '\u00e4', 'a\tb', '""'];
  const matches = tags.map((tag): HostileRequest => ({
    name: `If-Match: ${tag.slice(0, 20)}`,
    headers: { 'if-match': tag },
    statuses: [400, 412],
  }));
  const repeats = keys.map((value): HostileRequest => ({
    name: `Idempotency-Key: ${value.slice(0, 20)}`,
    headers: { 'idempotency-key': value },
    statuses: [400],
    at: key,
  }));
  return [...(takesHeader('If-Match') ? matches : []), ...(takesHeader('Idempotency-Key') ? repeats : [])];
}

/** Credentials that are none, and types that no route answers. */
export function hostileCallers(operation: Operation): HostileRequest[] {
  const tokens = ['Bearer', 'Bearer x', 'Bearer a.b.c', 'Basic eDp4', `Bearer ${'x'.repeat(5000)}`, '\u00e4'];
  if (operation['x-public']) return [];
  return tokens.map((authorization) => ({
    name: `Authorization: ${authorization.slice(0, 20)}`,
    headers: { authorization },
    statuses: [401],
  }));
}
