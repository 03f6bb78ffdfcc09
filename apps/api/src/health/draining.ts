import { Injectable } from '@nestjs/common';

/** Whether shutting down has begun: then the process finishes what it has and is no longer ready. */
@Injectable()
export class Draining {
  private draining = false;

  begin(): void {
    this.draining = true;
  }

  get began(): boolean {
    return this.draining;
  }
}
