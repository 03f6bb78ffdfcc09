import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import { type Permission, ruleOf } from './permissions';

export const PERMISSION = 'permission';
export const PUBLIC = 'public';
export const UNLIMITED = 'unlimited';

/** States what the viewer needs for a route, to the guard and in the document at once. */
export function Allow(permission: Permission): MethodDecorator {
  const { roles, scope, object } = ruleOf(permission);
  return applyDecorators(
    SetMetadata(PERMISSION, permission),
    ApiBearerAuth(),
    ApiExtension('x-permission', { name: permission, roles, scope, ...(object ? { object } : {}) }),
  );
}

interface PublicOptions {
  /** False for what must answer however often it is asked. */
  readonly limited?: boolean;
}

/** A route for everybody, signed in or not: the exception. */
export function Public({ limited = true }: PublicOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(PUBLIC, true),
    SetMetadata(UNLIMITED, !limited),
    ApiExtension('x-public', true),
  );
}
