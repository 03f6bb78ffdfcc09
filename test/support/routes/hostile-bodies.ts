import type { AnswerSchemas } from './answer-schemas';
import type { Schema } from './document';
import type { HostileRequest } from './hostile-request';

const JSON_TYPE = { 'content-type': 'application/json' };

/** JSON texts of values that some field does not take. NUL and lone surrogates no field takes. */
const VALUES = [
  ...[
    'null',
    'true',
    '5',
    '-1',
    '1.5',
    '1e308',
    '1e400',
    '-1e400',
    '9223372036854775808',
    '-9223372036854775809',
  ],
  ...['""', '" "', '"text"', '"2024-02-30T00:00:00Z"', '"0000-01-01T00:00:00Z"', '"null"', '"5"', '"true"'],
  ...['{}', '{"a":1}', '{"length":1}', '[]', '["text"]', '[null]', '[5]', '[[]]', '[{}]', '[""]'],
];
const NEVER = [
  '"a\\u0000b"',
  '"\\u0000"',
  '"\\ud800"',
  '"a\\udc00"',
  '["a\\u0000b"]',
  '["\\ud800"]',
  '{"\\u0000":1}',
];

const PROTOTYPE_KEYS = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const BROKEN = [
  '{',
  '{"a":',
  '[1,',
  "{'a':1}",
  '{"a":1}}',
  'undefined',
  'NaN',
  '{"a":01}',
  '\u0000',
  '\ufeff',
];
const NO_OBJECTS = ['[]', '[{}]', '"text"', '5', 'true', 'null'];

type Body = Readonly<Record<string, unknown>>;

/** Everything that a route which takes a JSON body has to refuse. @param body one that it takes */
export function hostileBodies(schema: Schema, body: Body, schemas: AnswerSchemas): HostileRequest[] {
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
      hostileValues(name, field, body, schemas),
    ),
    ...(schema.required ?? []).map((name) => without(name, body)),
    ...unknownKeys(body),
    ...brokenBodies(body),
    ...notUtf8(schema, body),
    ...(schema.required?.length ? [{ name: 'no body', body: '', headers: JSON_TYPE, statuses: [400] }] : []),
  ];
}

function hostileValues(name: string, field: Schema, body: Body, schemas: AnswerSchemas): HostileRequest[] {
  const refused = [...VALUES, ...tooLarge(field)].filter((text) => !schemas.accepts(field, JSON.parse(text)));
  return [...refused, ...NEVER].map((text) => ({
    name: `${name}: ${text.slice(0, 40)}`,
    body: withRaw(body, name, text),
    headers: JSON_TYPE,
    statuses: [400],
    at: { in: 'body', pointer: `#/${name}` },
  }));
}

/** JSON texts that are just too long for a field. */
function tooLarge({ maxLength = 100_000, maxItems, items }: Schema): string[] {
  const long = JSON.stringify('x'.repeat(maxLength + 1));
  if (maxItems === undefined) return [long];
  return [
    long,
    JSON.stringify(Array.from({ length: maxItems + 1 }, () => 'x')),
    JSON.stringify(['x'.repeat((items?.maxLength ?? 0) + 1)]),
  ];
}

/** The body with one member as raw JSON text, since not every value survives JSON.stringify. */
function withRaw(body: Body, name: string, text: string): string {
  const members = Object.entries({ ...body, [name]: undefined }).map(([key, value]) =>
    key === name ? `${JSON.stringify(key)}:${text}` : `${JSON.stringify(key)}:${JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}

function without(name: string, body: Body): HostileRequest {
  const { [name]: _, ...rest } = body;
  const at = { in: 'body', pointer: `#/${name}` } as const;
  return { name: `without ${name}`, body: JSON.stringify(rest), headers: JSON_TYPE, statuses: [400], at };
}

function unknownKeys(body: Body): HostileRequest[] {
  const request = (key: string): HostileRequest => ({
    name: `unknown ${key}`,
    body: withRaw(body, key, '1'),
    headers: JSON_TYPE,
    statuses: [400],
  });
  return [
    ...['unknownField', ...PROTOTYPE_KEYS].map((key): HostileRequest => ({
      ...request(key),
      at: { in: 'body', pointer: `#/${key}` },
    })),
    { ...request('__proto__'), body: withRaw(body, 'unknown', '{"__proto__":{"a":1}}') },
    {
      ...request('__proto__ on top'),
      body: `{"__proto__":{"a":1},${JSON.stringify(body).slice(1)}`.replace(',}', '}'),
    },
  ];
}

/** A body whose text is not what the client meant, in a field that takes any text. */
function notUtf8({ properties = {} }: Schema, body: Body): HostileRequest[] {
  const name = Object.keys(properties).find(
    (each) => typeof body[each] === 'string' && isFreeText(properties[each]),
  );
  if (name === undefined) return [];
  const [before = '', after = ''] = withRaw(body, name, '"\u0000"').split('\0');
  const bytes = new Uint8Array([...Buffer.from(before), 0xff, 0xc0, ...Buffer.from(after)]);
  return [{ name: `${name}: no UTF-8`, body: bytes, headers: JSON_TYPE, statuses: [400] }];
}

function isFreeText(schema: Schema = {}): boolean {
  return schema.format === undefined && schema.enum === undefined;
}

function brokenBodies(body: Body): HostileRequest[] {
  const text = JSON.stringify(body);
  const json = (name: string, hostile: string | Uint8Array, statuses = [400]): HostileRequest => ({
    name,
    body: hostile,
    headers: JSON_TYPE,
    statuses,
  });
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  const typed = (type: string, content = text): HostileRequest => ({
    name: `as ${type}`,
    body: content,
    headers: { 'content-type': type },
    statuses: [415],
  });
  return [
    ...BROKEN.map((broken) => json(`broken JSON ${broken}`, broken)),
    ...NO_OBJECTS.map((value) => json(`the body ${value}`, value)),
    ...[65, 100_000].map((depth) => json(`${depth} levels`, nested(depth))),
    json('100,000 objects deep', '{"a":'.repeat(100_000)),
    json('more than 1 MiB', `${text}${' '.repeat(1024 ** 2)}`, [413]),
    typed('text/plain'),
    typed('application/x-www-form-urlencoded', 'a=1'),
    typed('multipart/form-data; boundary=x', '--x--'),
    typed('application/xml', '<a/>'),
    typed('nonsense'),
  ];
}
