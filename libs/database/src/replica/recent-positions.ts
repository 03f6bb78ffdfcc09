import type { WalPosition } from './wal';

/** Samples kept of the time that a replica may lag. */
const SAMPLES = 16;

interface Sample {
  /** Milliseconds, when the position was asked for. */
  readonly at: number;
  readonly position: WalPosition;
}

/**
 * Where the primary's log ended at moments not longer ago than a replica may lag. A replica that has passed the oldest of
 * them shows all that was committed before it, whatever the clocks of the servers say.
 */
export class RecentPositions {
  private samples: Sample[] = [];
  private expired: Sample | undefined;

  /** @param span milliseconds that a replica may lag */
  constructor(private readonly span: number) {}

  note(at: number, position: WalPosition): void {
    const last = this.samples.at(-1);
    if (!last || at - last.at >= this.span / SAMPLES) this.samples.push({ at, position });
  }

  /** What a replica must have passed at `now`; undefined where nothing is known of that time. */
  floor(now: number): WalPosition | undefined {
    while (this.samples[0] && now - this.samples[0].at > this.span) this.expired = this.samples.shift();
    return this.samples[0]?.position;
  }

  /** Whether one that has replayed so much is known to lag by more than it may. */
  proveLag(now: number, replayed: WalPosition): boolean {
    this.floor(now);
    return this.expired !== undefined && replayed < this.expired.position;
  }
}
