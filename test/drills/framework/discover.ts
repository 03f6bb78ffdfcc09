import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Drill } from './drill';

const FOLDER = join(__dirname, '..');
const ENDING = '.drill.ts';

/** Every drill of the folder, by name. @throws Error for a file that exports none, or one of another name */
export function findDrills(): Drill[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(ENDING));
  return names.toSorted().map((name) => {
    const { drill } = require(join(FOLDER, name)) as { drill?: Drill };
    if (drill?.name !== name.slice(0, -ENDING.length))
      throw new Error(`${name} must export a drill of that name`);
    return drill;
  });
}
