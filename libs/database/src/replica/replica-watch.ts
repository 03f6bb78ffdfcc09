import { first, type Queryable } from '../queryable';
import { type Replica, ReplicaSilent } from './replica';
import { CLUSTER, WAL_END, type WalPosition } from './wal';

/** Between two looks at a replica that is left aside, in ms. */
const PAUSE = 1000;
/** Between two looks at how far one that lags has come, in ms. */
const STEP = 50;

/** Classes of SQLSTATE that speak of the server or of the connection, and not of a statement. */
const SERVER_FAILURES = /^(08|28|3D|53|57P|58|XX)/;

/**
 * Whether the replica takes reads. One that fails or lags is left aside, and looked at in the background until it has
 * replayed what the primary had a moment before: no request pays for finding that out.
 */
export class ReplicaWatch {
  private usable = false;
  private stopped = false;
  private told: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void>;

  constructor(
    private readonly primary: Queryable,
    private readonly replica: Replica,
    private readonly maxLagMs: number,
    private readonly log: (line: string) => void,
  ) {
    this.looking = this.look();
  }

  get up(): boolean {
    return this.usable;
  }

  /** A read failed. Where only the statement did, a conflict with what is replayed say, the replica goes on serving. */
  failed(error: unknown): void {
    const { code, message } = error as Error & { code?: string };
    const statementOnly =
      typeof code === 'string' && /^[\dA-Z]{5}$/.test(code) && !SERVER_FAILURES.test(code);
    if (statementOnly) return;
    if (error instanceof ReplicaSilent) this.replica.reconnect();
    this.leaveAside(message);
  }

  /** A read showed too little for its client. @param lags whether it does so for anybody */
  saw(replayed: WalPosition | null, lags: boolean): void {
    if (replayed === null) this.leaveAside('it is no replica');
    else if (lags) this.leaveAside(`it lags by more than ${this.maxLagMs} ms`);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.usable = false;
    clearTimeout(this.timer);
    await this.looking;
  }

  private leaveAside(reason: string): void {
    if (this.stopped) return;
    this.tell(`The replica is left aside: ${reason}`);
    if (!this.usable) return;
    this.usable = false;
    this.lookAgain();
  }

  private lookAgain(): void {
    this.timer = setTimeout(() => {
      this.looking = this.look();
    }, PAUSE).unref();
  }

  private async look(): Promise<void> {
    const fault = await this.fault().catch((error: unknown) => (error as Error).message);
    if (this.stopped) return;
    if (fault === undefined) {
      this.usable = true;
      this.tell('The replica serves reads');
      return;
    }
    this.tell(`The replica is left aside: ${fault}`);
    this.lookAgain();
  }

  /** Why it cannot serve, if it cannot. */
  private async fault(): Promise<string | undefined> {
    const own = await first<{ cluster: string }>(this.primary, CLUSTER);
    const end = await first<{ now: string }>(this.primary, WAL_END);
    const deadline = Date.now() + this.maxLagMs;
    for (;;) {
      const { cluster, replayed } = await this.replica.state();
      if (cluster !== own?.cluster) return 'it belongs to another cluster than DATABASE_URL';
      if (replayed === null) return 'it is no replica';
      if (end && replayed >= BigInt(end.now)) return undefined;
      if (Date.now() > deadline || this.stopped) return `it lags by more than ${this.maxLagMs} ms`;
      await new Promise((resolve) => setTimeout(resolve, STEP));
    }
  }

  /** Each state once. */
  private tell(line: string): void {
    if (line === this.told) return;
    this.told = line;
    this.log(line);
  }
}
