import { type Catalog, type CatalogConstraint, readCatalog, type SqlRunner } from './catalog';

/** TypeORM's own bookkeeping, no part of the schema. */
const MIGRATIONS_TABLE = 'migrations';

/** docs/schema.md for the schema that the connection sees: what the live catalog says, the same on every PostgreSQL. */
export async function describeSchema(on: SqlRunner): Promise<string> {
  const [current] = await on.query<Array<{ schema: string }>>('SELECT current_schema() AS schema');
  const catalog = await readCatalog(on, current?.schema ?? 'public');
  return renderSchema(catalog);
}

/** The same for a catalog that was read before. */
export function renderSchema(catalog: Catalog): string {
  const tables = catalog.tables.filter((table) => table !== MIGRATIONS_TABLE);
  return [
    INTRODUCTION,
    '## Diagram\n',
    renderDiagram(catalog, tables),
    '## Tables\n',
    ...tables.map((table) => renderTable(catalog, table)),
    '## Triggers\n',
    fenced('sql', catalog.triggers.map(({ definition }) => `${definition};`).join('\n')),
    '## Functions\n',
    ...catalog.functions.map(({ name, definition }) => `### ${name}\n\n${fenced('sql', definition)}`),
  ].join('\n');
}

const INTRODUCTION = `# The schema

Generated from a migrated database by \`npm run docs:schema\`; a test fails when it is stale. What every version keeps is in
[database-schema-reference.md](database-schema-reference.md); the migrations are in
\`apps/api/src/database/migrations/\`.
`;

function renderDiagram(catalog: Catalog, tables: readonly string[]): string {
  const entities = tables.map((table) => {
    const columns = columnsOf(catalog, table).map(
      ({ name, type }) => `    ${mermaidType(type)} ${name}${keys(constraintsOf(catalog, table), name)}`,
    );
    return [`  ${table} {`, ...columns, '  }'].join('\n');
  });
  const relations = catalog.constraints
    .filter(({ kind }) => kind === 'foreign key')
    .map((key) => relation(catalog, key));
  return fenced('mermaid', ['erDiagram', ...relations, ...entities].join('\n'));
}

/** `users |o--o{ tasks : "created_by"`: the parent is one or none, its children are many, or one where unique. */
function relation(catalog: Catalog, key: CatalogConstraint): string {
  const optional = columnsOf(catalog, key.table).some(
    ({ name, nullable }) => nullable && key.columns.includes(name),
  );
  const unique = constraintsOf(catalog, key.table).some(
    ({ kind, columns }) =>
      (kind === 'unique' || kind === 'primary key') && columns.join() === key.columns.join(),
  );
  return `  ${key.references} ${optional ? '|o' : '||'}--${unique ? 'o|' : 'o{'} ${key.table} : "${key.columns.join(', ')}"`;
}

function keys(constraints: readonly CatalogConstraint[], column: string): string {
  const short = { 'primary key': 'PK', 'foreign key': 'FK', unique: 'UK' } as const;
  const found = Object.entries(short)
    .filter(([kind]) => constraints.some((it) => it.kind === kind && it.columns.includes(column)))
    .map(([, name]) => name);
  return found.length === 0 ? '' : ` ${found.join(', ')}`;
}

/** Mermaid takes one word: `varchar(50)`, `text[]`. */
function mermaidType(type: string): string {
  return shortType(type).replaceAll(' ', '_');
}

function shortType(type: string): string {
  return type
    .replace('character varying', 'varchar')
    .replace('character(', 'char(')
    .replace('timestamp with time zone', 'timestamptz')
    .replace('double precision', 'float');
}

function renderTable(catalog: Catalog, table: string): string {
  const columns = columnsOf(catalog, table).map(
    ({ name, type, nullable, default: value }) =>
      `| \`${name}\` | ${shortType(type)} | ${nullable ? 'yes' : 'no'} | ${value === null ? '' : `\`${value}\``} |`,
  );
  const constraints = constraintsOf(catalog, table).map(
    ({ name, definition }) => `- \`${name}\`: \`${definition}\``,
  );
  const indexes = catalog.indexes
    .filter((index) => index.table === table)
    .map(
      ({ name, definition }) =>
        `- \`${name}\`: \`${definition.replace(/^CREATE (UNIQUE )?INDEX \S+ ON \S+ /, '$1')}\``,
    );
  return [
    `### ${table}\n`,
    '| Column | Type | Null | Default |',
    '|---|---|---|---|',
    ...columns,
    ...(constraints.length === 0 ? [] : ['\nConstraints:\n', ...constraints]),
    ...(indexes.length === 0 ? [] : ['\nIndexes:\n', ...indexes]),
    '',
  ].join('\n');
}

const columnsOf = (catalog: Catalog, table: string) =>
  catalog.columns.filter((column) => column.table === table);

const constraintsOf = (catalog: Catalog, table: string) =>
  catalog.constraints.filter((constraint) => constraint.table === table);

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\`\n`;
}
