import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

interface AnsweredOptions {
  readonly nullable?: boolean;
  readonly description?: string;
  readonly example?: unknown;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

function answered(documented: object) {
  return (options: AnsweredOptions = {}): PropertyDecorator =>
    ApiProperty({ required: true, ...documented, ...options } as ApiPropertyOptions);
}

/** Fields of an answer, for the document. */
export const Answered = {
  uuid: answered({ type: 'string', format: 'uuid' }),
  text: answered({ type: 'string' }),
  time: answered({ type: 'string', format: 'date-time', example: '2026-03-01T09:30:00.123456+00:00' }),
  date: answered({ type: 'string', format: 'date', example: '2026-03-02' }),
  integer: answered({ type: 'integer' }),
  /** A BIGINT: it leaves as an exact JSON integer, which may be beyond 2^53. */
  bigint: answered({ type: 'integer', format: 'int64' }),
  number: answered({ type: 'number' }),
  boolean: answered({ type: 'boolean' }),
  texts: answered({ type: 'array', items: { type: 'string' } }),
  oneOf: (values: readonly string[], options: AnsweredOptions = {}) =>
    answered({ type: 'string', enum: [...values] })(options),
};
