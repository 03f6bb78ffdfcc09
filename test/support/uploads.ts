import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { statement } from '@app/database';
import type { TestApp } from './app';
import type { Answer, TestClient } from './client';

const COUNT = statement('SELECT count(*)::int AS n FROM attachments');

export interface TestFile {
  readonly name?: string;
  readonly type?: string;
  readonly content?: string | Uint8Array<ArrayBuffer>;
}

/** Uploads as a browser does: the fields first. */
export function upload(
  as: TestClient,
  fields: Record<string, string>,
  { name = 'a.txt', type = 'text/plain', content = 'hello' }: TestFile = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([content], { type }), name);
  return as.post('/attachments', form, headers);
}

/** Sends a form that is written by hand, with the boundary `B`. */
export function uploadRaw(
  as: TestClient,
  body: string,
  contentType = 'multipart/form-data; boundary=B',
): Promise<Answer> {
  return as.post('/attachments', body, { 'content-type': contentType });
}

export const part = (headers: string, content = '') =>
  `--B\r\nContent-Disposition: form-data; ${headers}\r\n\r\n${content}\r\n`;
export const END = '--B--\r\n';

/** Every file below a folder, whole or half received. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** How many attachments there are, and how many files: an upload makes one of each, or none. */
export async function storedIn({ database, dataDir }: TestApp): Promise<[number, number]> {
  const [row] = await database.query<{ n: number }>(COUNT);
  return [row?.n ?? 0, (await filesBelow(join(dataDir, 'blobs'))).length];
}
