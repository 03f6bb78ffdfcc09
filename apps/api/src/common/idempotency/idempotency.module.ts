import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CALLER_OF, type CallerOf, IdempotencyInterceptor } from './idempotency.interceptor';
import { IdempotencyService } from './idempotency.service';

@Global()
@Module({})
export class IdempotencyModule {
  /** @param callerOf who sends a request; replies belong to them */
  static with(callerOf: CallerOf): DynamicModule {
    return {
      module: IdempotencyModule,
      providers: [{ provide: CALLER_OF, useValue: callerOf }, IdempotencyService, IdempotencyInterceptor],
      exports: [CALLER_OF, IdempotencyService, IdempotencyInterceptor],
    };
  }
}
