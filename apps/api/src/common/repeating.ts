interface Rounds {
  readonly round: () => Promise<unknown>;
  /** Until the next round, in ms. Asked after each, and before the first. */
  readonly pause: () => number;
  /** Takes the first error of an outage, which ends with a round that succeeds. */
  readonly failed: (error: unknown) => void;
  /** `failed` takes the other errors of an outage too. */
  readonly tellEach?: boolean;
}

/** Work that goes on while a process runs: one round after the other, whether they fail or not. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private ended = false;
  private failing = false;

  constructor(private readonly rounds: Rounds) {}

  /** For rounds that should not begin anything more. */
  get stopped(): boolean {
    return this.ended;
  }

  /** Keeps no process alive. */
  start(): void {
    if (this.ended) return;
    this.timer = setTimeout(() => {
      this.running = this.run().finally(() => this.start());
    }, this.rounds.pause()).unref();
  }

  /** Waits for the round that is under way. When that fails now, it is not told: what it needs may be gone already. */
  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      await this.rounds.round();
      this.failing = false;
    } catch (error) {
      const news = this.rounds.tellEach === true || !this.failing;
      if (news && !this.ended) this.rounds.failed(error);
      this.failing = true;
    }
  }
}
