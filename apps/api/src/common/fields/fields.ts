import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { isTimestamp } from './timestamp';

/** What every field of a body may say of itself. One decorator states a field's rule and documents it. */
export interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  /** May be left out. */
  readonly optional?: boolean;
  /** May be null. */
  readonly nullable?: boolean;
}

function field(options: FieldOptions, documented: object, ...rules: PropertyDecorator[]): PropertyDecorator {
  const { optional = false, nullable = false, ...rest } = options;
  return applyDecorators(
    ApiProperty({ required: !optional, nullable, ...rest, ...documented } as ApiPropertyOptions),
    ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null)),
    ...rules,
  );
}

interface TextOptions extends FieldOptions {
  /** Shortest and longest length in characters (code points), as PostgreSQL and JSON Schema count; shortest is 1 by default. */
  readonly min?: number;
  readonly max: number;
  /** Whether a text of white space alone will do. */
  readonly blank?: boolean;
}

/** A string, stored as it came. */
export function Text({ min = 1, max, blank = false, ...options }: TextOptions): PropertyDecorator {
  const rules = [IsString(), HasAtLeast(min), HasAtMost(max)];
  if (!blank) rules.push(Matches(/\S/, { message: '$property must not be blank' }));
  const notBlank = blank ? {} : { pattern: '\\S' };
  return field(options, { type: 'string', minLength: min, maxLength: max, ...notBlank }, ...rules);
}

/** Counts a text's characters: class-validator's own rules leave variation selectors out, and a column would not. */
function lengthOf(value: unknown): number {
  return typeof value === 'string' ? [...value].length : Number.NaN;
}

function HasAtLeast(min: number): PropertyDecorator {
  const validate = (value: unknown) => lengthOf(value) >= min;
  const defaultMessage = () => `$property must have at least ${min} characters`;
  return ValidateBy({ name: 'minLength', validator: { validate, defaultMessage } });
}

function HasAtMost(max: number): PropertyDecorator {
  const validate = (value: unknown) => lengthOf(value) <= max;
  const defaultMessage = () => `$property must have at most ${max} characters`;
  return ValidateBy({ name: 'maxLength', validator: { validate, defaultMessage } });
}

/** A reference. One that may be null is null in the example: an invented id names nothing, and what is tried out fails. */
export function Uuid(options: FieldOptions = {}): PropertyDecorator {
  const example = options.nullable ? { example: null } : {};
  return field({ ...example, ...options }, { type: 'string', format: 'uuid' }, IsUuidText());
}

export function OneOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', enum: [...values] }, IsIn([...values]));
}

/** One or more different ones of a fixed set of values. */
export function SomeOf(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  const ok = (value: unknown) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => values.includes(each as string)) &&
    new Set(value).size === value.length;
  const defaultMessage = () => `$property must be a list of one or more of ${values.join(', ')}, each once`;
  const items = { type: 'string', enum: [...values] };
  return field(
    options,
    { type: 'array', items, minItems: 1, maxItems: values.length, uniqueItems: true },
    ValidateBy({ name: 'isListOf', validator: { validate: ok, defaultMessage } }),
  );
}

interface RangeOptions extends FieldOptions {
  readonly min: number;
  readonly max: number;
}

export function Int({ min, max, ...options }: RangeOptions): PropertyDecorator {
  return field(options, { type: 'integer', minimum: min, maximum: max }, IsInt(), Min(min), Max(max));
}

export function Num({ min, max, ...options }: RangeOptions): PropertyDecorator {
  return field(options, { type: 'number', minimum: min, maximum: max }, IsNumber(), Min(min), Max(max));
}

export function Bool(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'boolean' }, IsBoolean());
}

/** A moment as RFC 3339 writes it; it stays a string, with its microseconds. */
export function Timestamp(options: FieldOptions = {}): PropertyDecorator {
  return field(
    { example: '2026-03-01T09:30:00Z', ...options },
    { type: 'string', format: 'date-time' },
    IsMoment(),
  );
}

export function Email(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'string', format: 'email', maxLength: 255 }, IsEmail(), MaxLength(255));
}

interface TextListOptions extends FieldOptions {
  readonly maxItems: number;
  readonly maxLength: number;
}

/** A list of strings, each at least one character long. */
export function TextList({ maxItems, maxLength, ...options }: TextListOptions): PropertyDecorator {
  const ok = (value: unknown) =>
    Array.isArray(value) &&
    value.length <= maxItems &&
    value.every((each) => typeof each === 'string' && each.length > 0 && each.length <= maxLength);
  const message = `$property must be a list of up to ${maxItems} strings of 1 to ${maxLength} characters`;
  return field(
    options,
    { type: 'array', items: { type: 'string', minLength: 1, maxLength }, maxItems },
    ValidateBy({ name: 'isTextList', validator: { validate: ok, defaultMessage: () => message } }),
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any UUID that PostgreSQL takes in its canonical form, whatever its version. */
export function isUuidText(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

export function IsUuidText(): PropertyDecorator {
  const validator = { validate: isUuidText, defaultMessage: () => '$property must be a UUID' };
  return ValidateBy({ name: 'isUuid', validator });
}

export function IsMoment(): PropertyDecorator {
  const defaultMessage = () => '$property must be an RFC 3339 date and time, e.g. 2026-03-01T09:30:00Z';
  return ValidateBy({ name: 'isTimestamp', validator: { validate: isTimestamp, defaultMessage } });
}
