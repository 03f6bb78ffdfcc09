import { MalformedBody } from '../../common/errors/common.errors';

/** What the headers of one part of a form say. */
export interface PartHeaders {
  readonly name: string;
  /** Absent: a field. Empty: a file input in which nothing was chosen. */
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
}

const TOKEN = `[\\w!#$%&'*+.^\`|~-]+`;
const PARAMETER = new RegExp(`;[ \\t]*(${TOKEN})=("(?:[^"\\\\]|\\\\.)*"|[^";\\s]*)[ \\t]*`, 'y');
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;

/**
 * Reads the header block of a part (RFC 7578 §4), the way browsers, curl and the HTTP libraries write it.
 * @throws MalformedBody
 */
export function parsePartHeaders(block: Buffer): PartHeaders {
  const headers = new Map<string, string>();
  for (const line of decode(block).split('\r\n')) {
    const [, name, value] = /^([^\s:]+):[ \t]*([^\r\n]*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw MalformedBody.error('A part has a broken header');
    headers.set(name.toLowerCase(), value);
  }
  const { type, parameters } = parseParameters(headers.get('content-disposition') ?? '');
  const name = parameters.get('name');
  if (type !== 'form-data' || name === undefined) {
    throw MalformedBody.error('Each part needs Content-Disposition: form-data with a name');
  }
  const extended = parameters.get('filename*');
  const filename = extended === undefined ? parameters.get('filename') : decodeExtended(extended);
  return { name, filename, contentType: headers.get('content-type') };
}

/** The boundary of a multipart/form-data `Content-Type` (RFC 2046 §5.1.1). @throws MalformedBody */
export function boundaryOf(contentType: string): string {
  const boundary = parseParameters(contentType).parameters.get('boundary');
  if (boundary !== undefined && BOUNDARY.test(boundary)) return boundary;
  throw MalformedBody.error('Content-Type: multipart/form-data needs a boundary of 1 to 70 characters');
}

function parseParameters(header: string): { type: string; parameters: Map<string, string> } {
  const [type = ''] = header.split(';', 1);
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = type.length;
  let end = type.length;
  for (let found = PARAMETER.exec(header); found; found = PARAMETER.exec(header)) {
    const [, name = '', value = ''] = found;
    end = PARAMETER.lastIndex;
    parameters.set(name.toLowerCase(), unquote(value));
  }
  if (end !== header.length) throw MalformedBody.error('A header has a broken parameter');
  return { type: type.trim().toLowerCase(), parameters };
}

/** Older clients escape a quote with a backslash; browsers and newer ones write it as %22 (WHATWG form encoding). */
function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  return value
    .slice(1, -1)
    .replaceAll(/\\(["\\])/g, '$1')
    .replaceAll('%22', '"');
}

/** RFC 8187, which some HTTP libraries use here although RFC 7578 does not. */
function decodeExtended(value: string): string {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1];
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded);
  } catch {
    // Reported below, like every other form that is not known.
  }
  throw MalformedBody.error('filename* must be UTF-8, percent-encoded');
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw MalformedBody.error('The headers of a part must be UTF-8');
  }
}
