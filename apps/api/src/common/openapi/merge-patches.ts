import type { OpenAPIObject } from '@nestjs/swagger';

const JSON_TYPE = 'application/json';
const MERGE_PATCH = 'application/merge-patch+json';

/** A PATCH is a JSON Merge Patch (RFC 7396), sent under that media type or as plain JSON. */
export function describeMergePatches(document: OpenAPIObject): OpenAPIObject {
  for (const { patch } of Object.values(document.paths)) {
    const { content } = (patch?.requestBody ?? {}) as { content?: Record<string, object> };
    if (content?.[JSON_TYPE]) content[MERGE_PATCH] = content[JSON_TYPE];
  }
  return document;
}
