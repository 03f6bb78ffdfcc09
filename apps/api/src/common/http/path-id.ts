import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { ValidationFailed } from '../errors/common.errors';
import { isUuidText } from '../fields/fields';

@Injectable()
class PathIdPipe implements PipeTransform {
  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    if (isUuidText(value)) return value.toLowerCase();
    const error = {
      in: 'path',
      pointer: `#/${this.name}`,
      code: 'invalid_uuid',
      detail: 'must be a UUID',
    } as const;
    throw ValidationFailed.error(undefined, { errors: [error] });
  }
}

/** A UUID from the path, in lower case; anything else there is a 400. */
export function PathId(name = 'id'): ParameterDecorator {
  const document = ApiParam({ name, schema: { type: 'string', format: 'uuid' } });
  return (controller, method = '', index) => {
    Param(name, new PathIdPipe(name))(controller, method, index);
    document(controller, method, Object.getOwnPropertyDescriptor(controller, method) ?? {});
  };
}
