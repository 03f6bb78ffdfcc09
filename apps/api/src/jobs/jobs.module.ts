import { Global, Module } from '@nestjs/common';
import { JobsService } from './jobs.service';

/** For every module that has something to run by the clock. */
@Global()
@Module({ providers: [JobsService], exports: [JobsService] })
export class JobsModule {}
