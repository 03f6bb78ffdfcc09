import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Drill, Outcome, Scene } from './drill';
import { remedy } from './needs';

export interface RunOptions {
  readonly quick: boolean;
  /** Hears what goes on. */
  readonly say: (line: string) => void;
  /** Unless told, as long as any drill may take. */
  readonly limitSeconds?: number;
}

/** What hangs is failed: in full, and in the short form, which stays below Jest's own limit. */
const LIMIT_SECONDS = { full: 900, quick: 75 };

let running: Stage | undefined;

/** Cleans up after a drill that is under way, before the process ends. */
export async function abandonDrill(): Promise<void> {
  await running?.clear();
}

/** Runs a drill to its end. Never rejects: whatever goes wrong is part of the outcome. */
export async function runDrill(drill: Drill, options: RunOptions): Promise<Outcome> {
  const began = performance.now();
  const missing = (drill.needs ?? []).filter((need) => !need.isThere());
  if (missing.length > 0) {
    const complaints = missing.map(remedy);
    return { drill, verdict: 'skipped', seconds: 0, counts: {}, kept: 0, complaints };
  }
  const stage = await Stage.set(options);
  running = stage;
  try {
    const { limitSeconds = options.quick ? LIMIT_SECONDS.quick : LIMIT_SECONDS.full } = options;
    await inTime(drill.run(stage), limitSeconds);
  } catch (error) {
    stage.complaints.push(`it could not go on: ${error instanceof Error ? error.stack : inspect(error)}`);
  }
  await stage.clear();
  running = undefined;
  return {
    drill,
    verdict: stage.complaints.length > 0 ? 'failed' : 'passed',
    seconds: (performance.now() - began) / 1000,
    counts: stage.counts,
    kept: stage.kept,
    complaints: stage.complaints,
  };
}

/** @throws Error when it takes longer */
async function inTime(run: Promise<void>, seconds: number): Promise<void> {
  const ended = new AbortController();
  const limit = after(seconds * 1000, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`it did not end within ${seconds} s`);
  });
  try {
    await Promise.race([run, limit]);
  } finally {
    ended.abort();
    await limit.catch(() => undefined);
  }
}

/** The scene as the runner sees it. */
class Stage implements Scene {
  readonly counts: Record<string, number | string> = {};
  readonly complaints: string[] = [];
  kept = 0;
  private readonly cleanUps: (() => unknown)[] = [];

  private constructor(
    private readonly options: RunOptions,
    readonly folder: string,
  ) {
    this.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  }

  static async set(options: RunOptions): Promise<Stage> {
    return new Stage(options, await mkdtemp(join(tmpdir(), 'fuse-drill-')));
  }

  get quick(): boolean {
    return this.options.quick;
  }

  say(line: string): void {
    this.options.say(line);
  }

  count(name: string, figure: number | string): void {
    this.counts[name] = figure;
  }

  must(promise: string, holds: boolean, found?: unknown): void {
    if (holds) {
      this.kept++;
      return;
    }
    const but = found === undefined ? '' : `, but: ${typeof found === 'string' ? found : inspect(found)}`;
    this.complaints.push(`${promise}${but}`);
    this.say(`✗ ${promise}${but}`);
  }

  after(cleanUp: () => unknown): void {
    this.cleanUps.push(cleanUp);
  }

  async clear(): Promise<void> {
    for (const cleanUp of this.cleanUps.splice(0).reverse()) {
      try {
        await cleanUp();
      } catch (error) {
        this.complaints.push(`it could not be cleaned up: ${inspect(error)}`);
      }
    }
  }
}
