import { ApiExtension } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';

const KEY = 'x-raw-bodies';

/** Says of some media types that a route takes what stands in their place in the document: text, by its description. */
export function RawBodies(descriptions: Readonly<Record<string, string>>): MethodDecorator {
  return ApiExtension(KEY, descriptions);
}

interface Operation {
  requestBody?: { content: Record<string, object> };
  [KEY]?: Record<string, string>;
}

/** The document gives each media type of a body the same schema: those that are text get their own. */
export function describeRawBodies(document: OpenAPIObject): OpenAPIObject {
  for (const operation of Object.values(document.paths).flatMap(
    (path) => Object.values(path) as Operation[],
  )) {
    for (const [type, description] of Object.entries(operation[KEY] ?? {})) {
      if (operation.requestBody)
        operation.requestBody.content[type] = { schema: { type: 'string', description } };
    }
    delete operation[KEY];
  }
  return document;
}
