import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { catchError, concatMap, from, map, type Observable } from 'rxjs';
import { Database, ReplicatedDatabase } from '@app/database';
import { Unavailable } from '../common/errors/common.errors';
import { PERMISSION } from './allow.decorator';
import { type Permission, ruleOf } from './permissions';
import { viewerOf } from './viewer';

const READS = new Set(['GET', 'HEAD']);

/**
 * Where there is a replica: lets it answer the reads that are the same for every role, and notes every write of a user before
 * its answer leaves, so that no read of theirs, at whichever process, is older.
 */
@Injectable()
export class ReplicaReads implements NestInterceptor {
  constructor(
    private readonly database: Database,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { database } = this;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const client = viewerOf(request)?.id;
    if (client === undefined || !(database instanceof ReplicatedDatabase)) return next.handle();
    if (READS.has(request.method))
      return this.replicable(context) ? database.readingFor(client, () => next.handle()) : next.handle();
    const note = () => from(database.noteWriteOf(client).catch(unknownOutcome));
    return next.handle().pipe(
      // A request that failed may have committed something before.
      catchError((failure: unknown) => note().pipe(map(() => raise(failure)))),
      concatMap((answer: unknown) => note().pipe(map(() => answer))),
    );
  }

  private replicable(context: ExecutionContext): boolean {
    const permission = this.reflector.get<Permission | undefined>(PERMISSION, context.getHandler());
    return permission !== undefined && ruleOf(permission).beside === true;
  }
}

function raise(failure: unknown): never {
  throw failure;
}

/** As when the connection breaks at a commit: it may have been done, and the client cannot build on it. */
function unknownOutcome(): never {
  throw Unavailable.error('The database went away while the request was carried out; it may have been done');
}
