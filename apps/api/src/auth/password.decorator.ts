import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { type FieldOptions, Text } from '../common/fields/fields';
import { isCommonPassword } from './common-passwords';

/** A password that somebody chooses: 8 to 128 characters, any Unicode, nothing cut off, none that is often chosen. */
export function Password(options: FieldOptions = {}): PropertyDecorator {
  const documented = { example: 'correct horse battery staple', ...options };
  return applyDecorators(
    ApiProperty({ format: 'password', writeOnly: true }),
    Text({ min: 8, max: 128, blank: true, ...documented }),
    IsUncommon(),
  );
}

function IsUncommon(): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && !isCommonPassword(value);
  const defaultMessage = () => '$property is among the passwords that are tried first: choose another';
  return ValidateBy({ name: 'isUncommon', validator: { validate, defaultMessage } });
}
