import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';

export const COUNT = { minimum: 0 } as const;
export const WEEK = { description: 'The Monday that it begins on, UTC' } as const;
export const SHARE = {
  nullable: true,
  minimum: 0,
  maximum: 1,
  description: '0 to 1; null without data',
} as const;
export const STAGE = { maxLength: 50, example: 'review' } as const;
export const DEFINITION = { description: 'What the numbers are' } as const;

export function list(type: new () => object, description: string): PropertyDecorator {
  return ApiProperty({ type, isArray: true, description });
}

/** Says beside its numbers what they are. */
export abstract class Analysis {
  @Answered.text(DEFINITION)
  definition: string;
}
