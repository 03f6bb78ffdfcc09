import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ValidationFailed } from '../errors/common.errors';
import { unknownField } from '../validation/input-errors';

const ANY_QUERY = 'anyQuery';

/** For routes that are asked by probes, which may add a parameter of their own. */
export function TakesAnyQuery(): MethodDecorator {
  return applyDecorators(SetMetadata(ANY_QUERY, true), ApiExtension('x-any-query', true));
}

/** A route that declares no query knows no parameter: any is a 400, as an unknown one is to a route that declares some. */
@Injectable()
export class QueryGuard implements CanActivate {
  private readonly judged = new WeakMap<object, boolean>();

  canActivate(context: ExecutionContext): boolean {
    const request = context.getArgByIndex<FastifyRequest>(0);
    if (!request.url.includes('?') || this.takesQuery(context)) return true;
    const names = Object.keys(request.query as object);
    if (names.length === 0) return true;
    throw ValidationFailed.error(undefined, { errors: names.map((name) => unknownField(name, 'query')) });
  }

  private takesQuery(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    const known = this.judged.get(handler);
    if (known !== undefined) return known;
    const takes = Reflect.hasMetadata(ANY_QUERY, handler) || declaresQuery(context.getClass(), handler.name);
    this.judged.set(handler, takes);
    return takes;
  }
}

/** Nest keeps what a handler's parameters stand for by their kind and place. */
function declaresQuery(controller: object, method: string): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object;
  return Object.keys(parameters).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
