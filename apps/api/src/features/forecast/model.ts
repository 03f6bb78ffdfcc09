import { type Curve, curveOf, reweighed, type WeightedSpell } from './curve';
import { completedBy, type History } from './record';
import { weightedAt, type Weighted } from './recency';
import { RUNNING, type Spell, spellsOf } from './spells';
import type { Weighting } from './weighting';

/** What a moment knows about how features move: a curve for each stage. */
export interface Model {
  readonly curves: readonly Curve[];
  /** The curve of a stage for features of an author: the author's own stays count more. Everybody's, where there are none. */
  readonly curveFor: (stage: number, author: number) => Curve;
  readonly samples: Samples;
}

/** How much the model rests on; features and stays without weight are not counted. */
export interface Samples {
  readonly completed: number;
  readonly running: number;
  /** Kish's effective number of features, (Σw)²/Σw². */
  readonly effective: number;
  /** By stage: stays that have ended, and stays that go on. */
  readonly stages: readonly { readonly ended: number; readonly running: number }[];
}

/** How many features must have been completed before there is a forecast. */
export const MIN_COMPLETED = 10;
/** How many stays in a feature's own stage must have ended before there is a forecast of it. */
export const MIN_ENDED = 10;

/** @param except a feature that is left out */
export function modelAt(history: History, asOf: number, weighting: Weighting, except?: number): Model {
  const weighted = weightedAt(history, asOf, weighting.recency, except);
  const stays = history.stages.map((): WeightedSpell[] => []);
  const authors = history.stages.map((): number[] => []);
  for (const { feature, weight } of weighted) {
    const spells = spellsOf(history, feature, asOf);
    // From the last to the first, so that each knows the place of the one that followed.
    for (let i = spells.length - 1, follower = -1; i >= 0; i--) {
      const { stage, duration, next, at } = spells[i] as Spell;
      const follows = spells[i + 1]?.at === at + 1;
      authors[stage]?.push(history.author[feature] as number);
      follower = (stays[stage]?.push({ duration, next, weight, follower: follows ? follower : -1 }) ?? 0) - 1;
    }
  }
  const stages = stays.map((list) => {
    const running = list.filter(({ next }) => next === RUNNING).length;
    return { ended: list.length - running, running };
  });
  const curves = stays.map(curveOf);
  const curveFor = curvesByAuthor(curves, authors, weighting.sameAuthor);
  return { curves, curveFor, samples: { ...featuresOf(history, asOf, weighted), stages } };
}

/** Made when they are asked for first: of many authors only a few have open features. */
function curvesByAuthor(
  curves: readonly Curve[],
  authors: readonly (readonly number[])[],
  sameAuthor: number,
): Model['curveFor'] {
  const known = curves.map(() => new Map<number, Curve>());
  return (stage, author) => {
    const curve = curves[stage] as Curve;
    const of = authors[stage] as number[];
    if (author < 0 || sameAuthor === 1) return curve;
    const made = known[stage]?.get(author);
    if (made) return made;
    const own = of.includes(author)
      ? reweighed(curve, (place) => (of[place] === author ? sameAuthor : 1))
      : curve;
    known[stage]?.set(author, own);
    return own;
  };
}

function featuresOf(history: History, asOf: number, weighted: readonly Weighted[]): Omit<Samples, 'stages'> {
  const completed = weighted.filter(({ feature }) => completedBy(history, feature, asOf) < Infinity).length;
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  const squares = weighted.reduce((total, { weight }) => total + weight * weight, 0);
  const effective = squares === 0 ? 0 : (sum * sum) / squares;
  return { completed, running: weighted.length - completed, effective };
}

/** Something that history has too little of. */
export interface Missing {
  readonly what: 'completed_features' | 'ended_stays';
  /** The stage whose stays are too few; null where it is about whole features. */
  readonly stage: string | null;
  readonly needed: number;
  readonly found: number;
}

/** What a forecast of a feature in this stage lacks. */
export function missingFor(history: History, { samples }: Model, stage: number): Missing[] {
  const missing: Missing[] = [];
  const found = samples.completed;
  if (found < MIN_COMPLETED)
    missing.push({ what: 'completed_features', stage: null, needed: MIN_COMPLETED, found });
  const ended = samples.stages[stage]?.ended ?? 0;
  const name = history.stages[stage] ?? '';
  if (ended < MIN_ENDED) missing.push({ what: 'ended_stays', stage: name, needed: MIN_ENDED, found: ended });
  return missing;
}
