import { type DynamicModule, Global, Module } from '@nestjs/common';
import { IdempotencyService } from './idempotency.service';
import { CALLER_OF, type CallerOf, IdempotentReplies } from './idempotent-replies.service';

@Global()
@Module({})
export class IdempotencyModule {
  /** @param callerOf who sends a request; replies belong to them */
  static with(callerOf: CallerOf): DynamicModule {
    return {
      module: IdempotencyModule,
      providers: [{ provide: CALLER_OF, useValue: callerOf }, IdempotencyService, IdempotentReplies],
      exports: [CALLER_OF, IdempotencyService, IdempotentReplies],
    };
  }
}
