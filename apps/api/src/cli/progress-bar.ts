import { SingleBar } from 'cli-progress';
import type { Io } from './io';

/** On a terminal a bar for each phase; elsewhere nothing. */
export class ProgressBar<Phase extends string> {
  private bar: SingleBar | undefined;
  private phase: Phase | undefined;

  constructor(
    private readonly io: Io,
    private readonly labels: Readonly<Record<Phase, string>>,
  ) {}

  readonly show = (phase: Phase, done: number, total: number): void => {
    if (!this.io.stderr.isTTY) return;
    if (phase !== this.phase) this.begin(this.labels[phase], total);
    this.phase = phase;
    this.bar?.update(done);
  };

  stop(): void {
    this.bar?.stop();
  }

  private begin(label: string, total: number): void {
    this.bar?.stop();
    this.bar = new SingleBar({
      format: `${label} [{bar}] {percentage} %`,
      stream: this.io.stderr as NodeJS.WriteStream,
      clearOnComplete: true,
      // A signal ends the process without asking the bar: it must not leave a changed terminal, nor handle signals.
      linewrap: true,
      gracefulExit: false,
    });
    this.bar.start(total, 0);
  }
}
