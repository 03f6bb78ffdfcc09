import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Whether shutting down has begun: then the process finishes what it has and is no longer ready. */
@Injectable()
export class Draining implements BeforeApplicationShutdown {
  began = false;

  beforeApplicationShutdown(): void {
    this.began = true;
  }
}
