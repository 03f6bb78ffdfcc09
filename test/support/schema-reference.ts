import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchDatabase } from './scratch-database';

const DOCUMENT = join(__dirname, '../../docs/database-schema-reference.md');

/** The SQL blocks of the schema reference, in its order. */
export async function readReferenceSql(): Promise<string[]> {
  const document = await readFile(DOCUMENT, 'utf8');
  return [...document.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, sql = '']) => sql);
}

/** Makes what the document shows, as a person would who pastes it: the extension first, then block by block. */
export async function makeByHand(database: ScratchDatabase): Promise<void> {
  await database.query('CREATE EXTENSION "uuid-ossp"');
  for (const sql of await readReferenceSql()) await database.query(sql);
}
