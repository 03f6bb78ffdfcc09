import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { type FieldOptions, Text } from '../common/fields/fields';

/** A password that somebody chooses: 8 to 128 characters, any Unicode, nothing cut off. */
export function Password(options: FieldOptions = {}): PropertyDecorator {
  const documented = { example: 'correct horse battery staple', ...options };
  return applyDecorators(
    ApiProperty({ format: 'password', writeOnly: true }),
    Text({ min: 8, max: 128, blank: true, ...documented }),
  );
}
