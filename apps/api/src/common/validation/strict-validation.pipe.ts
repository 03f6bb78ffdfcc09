import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { ValidationFailed } from '../errors/common.errors';
import type { InputError } from '../errors/problem';
import { forbiddenContent } from './forbidden-content';
import { toInputErrors } from './input-errors';

const PLACE = { body: 'body', query: 'query', param: 'path' } as const;

/** The global pipe: unknown fields, wrong types and text that no column can hold are 400, field by field. */
@Injectable()
export class StrictValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type === 'custom' || !isDto(metatype)) return value;
    const place = PLACE[type];
    const forbidden = forbiddenContent(value, place);
    if (forbidden.length) throw ValidationFailed.error(undefined, { errors: forbidden });
    const input = value ?? {};
    if (typeof input !== 'object' || Array.isArray(input)) throw notAnObject(place);
    const dto: object = plainToInstance(metatype, { ...input });
    const found = validateSync(dto, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
    });
    if (found.length) throw ValidationFailed.error(undefined, { errors: toInputErrors(found, place) });
    return dto;
  }
}

function isDto(metatype: Type | undefined): metatype is Type<object> {
  const plain: unknown[] = [String, Number, Boolean, Object, Array];
  return metatype !== undefined && !plain.includes(metatype);
}

function notAnObject(place: InputError['in']) {
  const errors = [{ in: place, pointer: '#', code: 'wrong_type', detail: 'must be a JSON object' }];
  return ValidationFailed.error(undefined, { errors });
}
