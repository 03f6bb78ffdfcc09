import { isUtf8 } from 'node:buffer';
import { MalformedBody } from '../errors/common.errors';

/** Deepest nesting of arrays and objects that a JSON body may have. */
export const MAX_DEPTH = 64;

/** Parses a JSON body. An empty one is no body. @throws MalformedBody */
export function parseJsonBody(bytes: Buffer): unknown {
  // Decoding would put U+FFFD in the place of what is no UTF-8, and store that.
  if (!isUtf8(bytes)) throw MalformedBody.error('The body is not valid UTF-8');
  const text = bytes.toString();
  if (/^[ \t\r\n]*$/.test(text)) return undefined;
  if (tooDeep(text)) throw MalformedBody.error(`The body is nested deeper than ${MAX_DEPTH} levels`);
  try {
    return JSON.parse(text, MAY_HOLD_PROTO.test(text) ? refuseProto : undefined);
  } catch (error) {
    if (error instanceof SyntaxError) throw MalformedBody.error('The body is not valid JSON');
    throw error;
  }
}

/** A key may be written with escapes. Looking at each key as it is parsed takes several times as long as parsing. */
const MAY_HOLD_PROTO = /__proto__|\\u/;

/** A `__proto__` key would be lost when the body is copied, so it is told instead. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw MalformedBody.error('The key __proto__ is not allowed');
  return value;
}

/** Looks at the text, since parsing first would build what is to be refused. */
function tooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i++;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) return true;
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [34, 92, 123, 125, 91, 93];
