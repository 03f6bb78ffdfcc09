import type { ValidationError } from 'class-validator';
import type { InputError } from '../errors/problem';

/** class-validator's rule names as the stable codes that clients see. */
const CODE_OF_RULE: Record<string, string> = {
  whitelistValidation: 'unknown_field',
  isString: 'wrong_type',
  isInt: 'wrong_type',
  isNumber: 'wrong_type',
  isBoolean: 'wrong_type',
  isTextList: 'wrong_type',
  minLength: 'too_short',
  maxLength: 'too_long',
  min: 'out_of_range',
  max: 'out_of_range',
  isIn: 'not_allowed',
  matches: 'bad_format',
  isEmail: 'invalid_email',
  isUuid: 'invalid_uuid',
  isTimestamp: 'invalid_timestamp',
  isListOf: 'not_allowed',
  isSort: 'invalid_sort',
  isUncommon: 'too_common',
};

/** The order in which the rules of one field are judged: what it is, then how long, then what it says. */
const FIRST = ['whitelistValidation', 'isString', 'isInt', 'isNumber', 'isBoolean', 'maxLength', 'minLength'];

export function toInputErrors(
  found: readonly ValidationError[],
  place: InputError['in'],
  path = '#',
): InputError[] {
  return found.flatMap((error) => {
    const pointer = `${path}/${escapePointer(error.property)}`;
    const children = toInputErrors(error.children ?? [], place, pointer);
    const broken = Object.entries(error.constraints ?? {}).toSorted(([a], [b]) => rank(a) - rank(b))[0];
    return broken ? [toInputError(error, broken, place, pointer), ...children] : children;
  });
}

/** @param pointer where it stands, when that is not at the top */
export function unknownField(
  name: string,
  place: InputError['in'],
  pointer = `#/${escapePointer(name)}`,
): InputError {
  return { in: place, pointer, code: 'unknown_field', detail: `${name} is not known here` };
}

function toInputError(
  { property, value }: ValidationError,
  [rule, detail]: [string, string],
  place: InputError['in'],
  pointer: string,
): InputError {
  if (rule === 'whitelistValidation') {
    return unknownField(property, place, pointer);
  }
  if (value === undefined) return { in: place, pointer, code: 'required', detail: `${property} is required` };
  if (value === null)
    return { in: place, pointer, code: 'not_nullable', detail: `${property} must not be null` };
  return { in: place, pointer, code: CODE_OF_RULE[rule] ?? 'invalid', detail };
}

function rank(rule: string): number {
  const index = FIRST.indexOf(rule);
  return index === -1 ? FIRST.length : index;
}

/** RFC 6901 §3. */
export function escapePointer(token: string): string {
  return token.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
}
