import { SingleBar } from 'cli-progress';
import type { OnProgress } from '../imports/github-import.service';
import type { Io } from './io';

const LABELS = { checking: 'Checking ', importing: 'Importing' };

/** On a terminal a bar for each phase; elsewhere nothing. */
export class ProgressBar {
  private bar: SingleBar | undefined;
  private phase: string | undefined;

  constructor(private readonly io: Io) {}

  readonly show: OnProgress = (phase, done, total) => {
    if (!this.io.stderr.isTTY) return;
    if (phase !== this.phase) this.begin(LABELS[phase], total);
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
