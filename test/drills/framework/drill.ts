import type { Need } from './needs';

/**
 * A fault that is made to happen to real processes, and what must hold meanwhile and afterwards. Each is the `drill` that a
 * file `test/drills/<name>.drill.ts` exports; the runner finds it there.
 */
export interface Drill {
  /** As `--only` and the file name it: `kill-api`. */
  readonly name: string;
  /** What is done and what must hold, in a sentence or two, for the table. */
  readonly what: string;
  /** What a machine may lack. Where one is missing the drill is skipped, and says how to get it. */
  readonly needs?: readonly Need[];
  /** Whether it has a short form, of up to 15 s, which runs in `npm test` too. */
  readonly quick: boolean;
  /** Throws only when it cannot go on; what does not hold is told to the scene. */
  run(scene: Scene): Promise<void>;
}

/** What a drill works with. */
export interface Scene {
  /** The short form is wanted. */
  readonly quick: boolean;
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  /** Says what goes on. */
  say(line: string): void;
  /** Notes a figure for the report; a second one of the same name replaces the first. */
  count(name: string, figure: number | string): void;
  /**
   * Checks a promise. One that does not hold fails the drill, which goes on.
   * @param found what was met instead, for the report
   */
  must(promise: string, holds: boolean, found?: unknown): void;
  /** Done when the drill is over, however it ended; the last one first. */
  after(cleanUp: () => unknown): void;
}

export type Verdict = 'passed' | 'failed' | 'skipped';

/** How a drill went. */
export interface Outcome {
  readonly drill: Drill;
  readonly verdict: Verdict;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number | string>>;
  /** The promises that held. */
  readonly kept: number;
  /** What did not hold, or why it was skipped. */
  readonly complaints: readonly string[];
}
