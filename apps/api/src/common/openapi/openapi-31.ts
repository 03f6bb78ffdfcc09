type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Writes `nullable: true`, which OpenAPI 3.1 no longer has, as JSON Schema does: a type that may be `null`. */
export function toOpenApi31<Document extends object>(document: Document): Document {
  return rewrite(document as unknown as Json) as unknown as Document;
}

function rewrite(node: Json): Json {
  if (Array.isArray(node)) return node.map(rewrite);
  if (node === null || typeof node !== 'object') return node;
  const { nullable, ...rest } = node;
  const entries = Object.entries(rest).map(([key, value]) => [key, rewrite(value)] as const);
  const schema: { [key: string]: Json } = Object.fromEntries(entries);
  if (nullable !== true)
    return typeof nullable === 'object' ? { ...schema, nullable: rewrite(nullable) } : schema;
  if (typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  if (Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
  return typeof schema.type === 'undefined' ? { anyOf: [schema, { type: 'null' }] } : schema;
}
