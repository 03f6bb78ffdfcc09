/** What is no `column:old=new`. */
export class MalformedMapping extends Error {
  override readonly name = 'MalformedMapping';

  constructor(readonly mapping: string) {
    super(
      `"${mapping}" is no mapping: write column:old=new or table.column:old=new, such as status:done=completed.`,
    );
  }
}

/**
 * Reads `status:done=completed` and the like into the map that adopting takes, new values by `status:done`. The first `=`
 * after the colon separates.
 *
 * @throws MalformedMapping
 */
export function parseValueMap(mappings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    mappings.map((mapping) => {
      const [, key, value] = /^((?:\w+\.)?\w+:[^=]*)=(.+)$/s.exec(mapping) ?? [];
      if (key === undefined || value === undefined) throw new MalformedMapping(mapping);
      return [key, value];
    }),
  );
}
