import type { Filter } from './filters';

/** A word that half of the rows hold would have all of them ranked: relevance is judged among the newest matches. */
export const MOST_RANKED = 300;

/** Longest part of a text, in characters, that a snippet is cut from. */
const SNIPPET_FROM = 10_000;

/**
 * Words of a query as a search box takes them ("a phrase", or, -without) against a tsvector column. Without another
 * sort, matches come by relevance; each carries snippets of the fields, as HTML: the text escaped, matches in <mark>.
 * @param fields properties that snippets are made of, with their columns
 */
export function fullText(column: string, fields: Readonly<Record<string, string>>): Filter {
  const query = (placeholder: string) => `websearch_to_tsquery('pg_catalog.english', ${placeholder})`;
  const snippet = (sql: string, placeholder: string) =>
    `ts_headline('pg_catalog.english', ${escaped(`left(${sql}, ${SNIPPET_FROM})`)}, ${query(placeholder)},
      'StartSel=<mark>, StopSel=</mark>, MaxWords=30, MinWords=10')`;
  const snippets = (placeholder: string, alias: string) =>
    Object.entries(fields).map(([name, each]) => `'${name}', ${snippet(`${alias}.${each}`, placeholder)}`);
  return {
    variant: () => '',
    bind: (value) => value as string,
    sql: (placeholder, _variant, _shape, alias) => `${alias}.${column} @@ ${query(placeholder)}`,
    ranking: (placeholder, alias) => `ts_rank(${alias}.${column}, ${query(placeholder)})`,
    highlight: (placeholder, alias) => `json_build_object(${snippets(placeholder, alias).join(', ')})`,
  };
}

function escaped(sql: string): string {
  return `replace(replace(replace(${sql}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')`;
}
