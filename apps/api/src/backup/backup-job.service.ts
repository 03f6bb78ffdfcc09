import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config';
import { JobsService } from '../jobs/jobs.service';

const FUSE = join(__dirname, '../cli', `main${extname(__filename)}`);
/** Requests go first: a backup takes what they leave of the processor. */
const NICE = 10;

/** Makes backups by the clock, in a process of their own: what they take of processor and memory is not the server's. */
@Injectable()
export class BackupJobService implements OnModuleInit {
  private readonly logger = new Logger(BackupJobService.name);

  constructor(
    private readonly jobs: JobsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const { BACKUP_TO, BACKUP_SCHEDULE } = this.config;
    if (BACKUP_TO === undefined || BACKUP_SCHEDULE === 'off') return;
    this.jobs.add({ name: 'backup', schedule: BACKUP_SCHEDULE, run: (signal) => this.run(signal) });
  }

  /** @throws with what the command said, when it fails */
  private async run(signal: AbortSignal): Promise<void> {
    const { BACKUP_KEEP, BACKUP_VERIFY } = this.config;
    const args = ['backup', '--keep', String(BACKUP_KEEP), ...(BACKUP_VERIFY ? ['--verify'] : [])];
    const child = spawn(process.execPath, [...process.execArgv, FUSE, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...{ signal, killSignal: 'SIGTERM' },
    });
    const gone = once(child, 'close');
    if (child.pid !== undefined) giveWay(child.pid);
    const [told, complaint] = await Promise.all([text(child.stdout), text(child.stderr), gone]);
    if (child.exitCode !== 0) throw new Error(complaint.trim() || `fuse backup ended with ${child.exitCode}`);
    if (complaint !== '') this.logger.warn({ complaint }, 'the backup was made, with something left out');
    this.logger.log({ told: told.trim().split('\n') }, 'a backup was made');
  }
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It has ended already.
  }
}
