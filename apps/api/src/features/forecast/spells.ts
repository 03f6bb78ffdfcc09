import { blockedTime, mayHaveWaited } from './blocked';
import { entriesBy, FIRST, type History } from './record';

/** A stay in a stage. */
export interface Spell {
  /** Its place among the feature's entries, all features' counted through. */
  readonly at: number;
  readonly stage: number;
  /** ms, without what dependencies took. */
  readonly duration: number;
  /** The stage that it led to; `RUNNING` while it goes on: a right-censored observation. */
  readonly next: number;
}

export const RUNNING = -1;

/**
 * A feature's stays as a moment knows them. The time after completion is no stay: work has ended. A stay before completion
 * during which a finish_to_finish dependency was still open is left out when it has ended, since own time and waiting cannot be
 * told apart; whether that is so does not depend on the feature's own time, so that leaving it out distorts nothing.
 */
export function spellsOf(history: History, feature: number, asOf: number): Spell[] {
  const spells: Spell[] = [];
  const from = history.offsets[feature] as number;
  const to = from + entriesBy(history, feature, asOf);
  for (let at = from; at < to; at++) {
    const spell = spellOf(history, { feature, at, last: at === to - 1, asOf });
    if (spell) spells.push(spell);
  }
  return spells;
}

function spellOf(
  history: History,
  { feature, at, last, asOf }: { feature: number; at: number; last: boolean; asOf: number },
): Spell | null {
  const stage = history.stage[at] as number;
  if (stage === history.final) return null;
  const entered = history.time[at] as number;
  const left = last ? asOf : (history.time[at + 1] as number);
  const next = last ? RUNNING : (history.stage[at + 1] as number);
  const waits = (history.edges[feature]?.length ?? 0) > 0;
  if (!waits) return { at, stage, duration: left - entered, next };
  const span = { from: entered, to: left, asOf };
  if (next === history.final && mayHaveWaited(history, feature, span)) return null;
  const blocked = stage === FIRST ? blockedTime(history, feature, span) : 0;
  return { at, stage, duration: left - entered - blocked, next };
}
