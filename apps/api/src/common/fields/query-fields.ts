import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { Convert } from '../validation/convert.decorator';
import { IsMoment, isUuidText } from './fields';

/** Query values arrive as text (repeated ones as a list) and are converted strictly: what is not exact is a 400. */
function parameter(
  documented: ApiPropertyOptions,
  convert: (value: unknown) => unknown,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ required: false, ...documented } as ApiPropertyOptions),
    Convert(convert),
    ValidateIf((_, value) => value !== undefined),
    ...rules,
  );
}

const asIs = (value: unknown) => value;
const toInt = (value: unknown) =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
const toBool = (value: unknown) => (value === 'true' ? true : value === 'false' ? false : value);
const toList = (value: unknown) =>
  (Array.isArray(value) ? value : [value]).flatMap((each: unknown) =>
    typeof each === 'string' ? each.split(',') : [each],
  );

/** Longest list of values that one filter takes. */
const MOST_VALUES = 50;

function IsListOf(
  description: string,
  accepts: (value: unknown) => boolean,
  most = MOST_VALUES,
): PropertyDecorator {
  const validate = (value: unknown) => Array.isArray(value) && value.length <= most && value.every(accepts);
  return ValidateBy({
    name: 'isListOf',
    validator: {
      validate,
      defaultMessage: () => `$property must be ${description}, at most ${most} of them`,
    },
  });
}

export function QueryText(description: string, { max = 255, min = 1 } = {}): PropertyDecorator {
  const documented = { description, type: String, minLength: min, maxLength: max };
  return parameter(documented, asIs, IsString(), MinLength(min), MaxLength(max));
}

export function QueryInt(
  description: string,
  range: { min: number; max: number; default?: number },
): PropertyDecorator {
  const { min, max } = range;
  const documented = {
    description,
    type: 'integer',
    minimum: min,
    maximum: max,
    default: range.default,
  } as const;
  return parameter(documented, toInt, IsInt(), Min(min), Max(max));
}

export function QueryBool(description: string): PropertyDecorator {
  return parameter({ description, type: Boolean }, toBool, IsBoolean());
}

export function QueryTime(description: string): PropertyDecorator {
  return parameter({ description, type: String, format: 'date-time' }, asIs, IsMoment());
}

export function QueryUuid(description: string): PropertyDecorator {
  return parameter({ description, type: String, format: 'uuid' }, asIs, IsListlessUuid());
}

function IsListlessUuid(): PropertyDecorator {
  return ValidateBy({
    name: 'isUuid',
    validator: { validate: isUuidText, defaultMessage: () => '$property must be a UUID' },
  });
}

/** One of a fixed set of values. */
export function QueryOneOf(values: readonly string[], description: string): PropertyDecorator {
  return parameter({ description, enum: [...values] }, asIs, IsIn([...values]));
}

/** Any of a fixed set of values, repeated or joined by commas. */
export function QueryAnyOf(values: readonly string[], description: string): PropertyDecorator {
  const items = { type: 'string' as const, enum: [...values] };
  const rule = IsListOf(`one or more of ${values.join(', ')}`, (value) => values.includes(value as string));
  return parameter({ description, type: 'array', items } as ApiPropertyOptions, toList, rule);
}

/** Any of some texts, repeated or joined by commas. @param max characters of each @param most how many */
export function QueryTexts(description: string, max = 50, most = MOST_VALUES): PropertyDecorator {
  const items = { type: 'string', maxLength: max } as const;
  const accepts = (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= max;
  return parameter(
    { description, type: 'array', items },
    toList,
    IsListOf(`texts of 1 to ${max} characters`, accepts, most),
  );
}

/** Any of some whole numbers, repeated or joined by commas. */
export function QueryInts(
  description: string,
  { min, max }: { min: number; max: number },
): PropertyDecorator {
  const items = { type: 'integer', minimum: min, maximum: max } as const;
  const rule = IsListOf(
    `whole numbers from ${min} to ${max}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
  );
  return parameter({ description, type: 'array', items }, (value) => toList(value).map(toInt), rule);
}

/** Any of some ids, repeated or joined by commas; `words` are taken beside UUIDs, `me` and `none` say. @param most how many */
export function QueryIds(
  description: string,
  words: readonly string[] = [],
  most = MOST_VALUES,
): PropertyDecorator {
  const also = words.length ? ` or ${words.join(' or ')}` : '';
  const accepts = (value: unknown) => isUuidText(value) || words.includes(value as string);
  const items = words.length
    ? {
        oneOf: [
          { type: 'string', format: 'uuid' },
          { type: 'string', enum: [...words] },
        ],
      }
    : { type: 'string', format: 'uuid' };
  const documented = { description, type: 'array', items } as ApiPropertyOptions;
  return parameter(documented, toList, IsListOf(`UUIDs${also}`, accepts, most));
}

/** The order of a list: up to two of its sort keys, `-` before a descending one. The id always settles ties. */
export function QuerySort(keys: readonly string[], defaultSort: string): PropertyDecorator {
  const values = keys.flatMap((key) => [key, `-${key}`]);
  const bare = (value: unknown) => String(value).replace(/^-/, '');
  const validate = (value: unknown) =>
    Array.isArray(value) &&
    value.length <= 2 &&
    value.every((each) => values.includes(each as string)) &&
    new Set(value.map(bare)).size === value.length;
  const defaultMessage = () =>
    `$property takes up to two of ${keys.join(', ')}, with - before a descending one`;
  return parameter(
    {
      description: `Order, \`-\` for descending; at most two keys. Default: \`${defaultSort}\``,
      type: String,
      example: defaultSort,
      pattern: `^-?(${keys.join('|')})(,-?(${keys.join('|')}))?$`,
    },
    toList,
    ValidateBy({ name: 'isSort', validator: { validate, defaultMessage } }),
  );
}
