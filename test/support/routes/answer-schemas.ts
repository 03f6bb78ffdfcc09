import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Answer } from '../client';
import type { ApiDocument, Operation } from './document';

const PROBLEM = 'api#/components/schemas/Problem';

/** Compares answers with what the document says of them, to the letter: members that it does not name are wrong. */
export class AnswerSchemas {
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));

  constructor(document: ApiDocument) {
    this.ajv.addSchema(closed(document) as object, 'api');
  }

  /** What is wrong with an answer; nothing: it is as documented. */
  problemsOf({ path, method, responses }: Operation, answer: Answer): string[] {
    const documented = responses[answer.status];
    if (!documented) return [`status ${answer.status} is not documented`];
    const type = answer.headers.get('content-type')?.split(';', 1)[0];
    const types = Object.keys(documented.content ?? {});
    if (types.length === 0) return answer.text === '' ? [] : ['a body where none is documented'];
    if (types.includes('*/*')) return [];
    if (type === undefined || !types.includes(type)) return [`content type ${type} is not documented`];
    if (!type.endsWith('json')) return [];
    const pointer = [path, method.toLowerCase(), 'responses', String(answer.status), 'content', type]
      .map((token) => encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    return this.errors(this.validator(`api#/paths/${pointer}/schema`), answer.body);
  }

  /** What is wrong with a problem document of a kind that every route has. */
  problemsOfProblem(answer: Answer): string[] {
    return this.errors(this.validator(PROBLEM), answer.body);
  }

  /** Whether the schema of a body's field or of a parameter takes a value. */
  accepts(schema: object, value: unknown): boolean {
    return this.ajv.validate(schema, value);
  }

  private validator($ref: string): ValidateFunction {
    const known = this.validators.get($ref) ?? this.ajv.compile({ $ref });
    this.validators.set($ref, known);
    return known;
  }

  private errors(validate: ValidateFunction, value: unknown): string[] {
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }
}

/** The document with every object closed, so that a member that it does not name is an error. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== 'object') return node;
  const entries = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const open =
    'properties' in entries && !('additionalProperties' in entries) && entries['type'] === 'object';
  return open ? { ...entries, additionalProperties: false } : entries;
}
