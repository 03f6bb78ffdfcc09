import type { HostileRequest } from './hostile-request';

const VALUES = ['x', 'null', '5', '{}', 'a\0b', '00000000-0000-0000-0000-00000000000', 'x'.repeat(10_000)];

/** Forms that a route for uploads has to refuse. @param form one that it takes: its fields, then its file */
export function hostileForms(form: FormData): HostileRequest[] {
  const fields = [...form.keys()].filter((name) => name !== 'file');
  return [
    ...fields.flatMap((name) => VALUES.map((value) => withField(form, name, value))),
    ...['unknown', '__proto__', 'constructor'].map((name) => withField(form, name, '1')),
    {
      name: 'without a file',
      body: formOf([...form].filter(([name]) => name !== 'file')),
      statuses: [400],
      at: { in: 'body', pointer: '#/file' },
    },
    { name: 'no form', body: '{}', headers: { 'content-type': 'application/json' }, statuses: [415] },
    { name: 'text', body: 'x', headers: { 'content-type': 'text/plain' }, statuses: [415] },
    { name: 'no boundary', body: 'x', headers: { 'content-type': 'multipart/form-data' }, statuses: [400] },
    {
      name: 'no parts',
      body: 'x',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      statuses: [400],
    },
  ];
}

function withField(form: FormData, name: string, value: string): HostileRequest {
  const others = [...form].filter(([each]) => each !== name);
  const body = formOf([[name, value], ...others]);
  return {
    name: `${name}: ${value.slice(0, 40)}`,
    body,
    statuses: [400],
    at: { in: 'body', pointer: `#/${name}` },
  };
}

function formOf(entries: readonly (readonly [string, string | File])[]): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value as string);
  return form;
}
