import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { ValidationFailed } from '../errors/common.errors';
import type { InputError } from '../errors/problem';
import { CompiledRules } from './compiled-rules';
import { forbiddenContent } from './forbidden-content';
import { toInputErrors } from './input-errors';

const PLACE = { body: 'body', query: 'query', param: 'path' } as const;
const PLAIN: ReadonlySet<unknown> = new Set([undefined, String, Number, Boolean, Object, Array]);

/** The global pipe: unknown fields, wrong types and text that no column can hold are 400, field by field. */
@Injectable()
export class StrictValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || PLAIN.has(metatype)) return value;
    return validate(value, metatype as Type<object>, PLACE[type]);
  }
}

function validate(value: unknown, dtoClass: Type<object>, place: InputError['in']): object {
  const forbidden = forbiddenContent(value, place);
  if (forbidden.length) throw ValidationFailed.error(undefined, { errors: forbidden });
  const input = value === undefined ? {} : value;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw notAnObject(place);
  const rules = CompiledRules.of(dtoClass);
  const dto = rules.instance(input as Record<string, unknown>);
  if (rules.accepts(dto)) return dto;
  const found = validateSync(dto, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  throw ValidationFailed.error(undefined, { errors: toInputErrors(found, place) });
}

function notAnObject(place: InputError['in']) {
  const errors = [{ in: place, pointer: '#', code: 'wrong_type', detail: 'must be a JSON object' }];
  return ValidationFailed.error(undefined, { errors });
}
