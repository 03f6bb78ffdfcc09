import type { Plan } from './plan';

/** One row of `trials` numbers for each feature of a plan, ms after `asOf`. */
export class Trials {
  readonly values: Float64Array;

  constructor(
    features: number,
    readonly count: number,
  ) {
    this.values = new Float64Array(features * count);
  }

  row(place: number): Float64Array {
    return this.values.subarray(place * this.count, (place + 1) * this.count);
  }

  at(place: number, trial: number): number {
    return this.values[place * this.count + trial] as number;
  }
}

/** Fills a feature's ways into rows. */
export type DrawInto = (place: number, ways: { lead: Float64Array; work: Float64Array }) => void;

/**
 * When each feature is completed in each trial, where everybody can work at once: it leaves the first stage its own time
 * after all that has to be completed before, and is completed no sooner than what has to be completed before that.
 */
export function schedule({ features, order }: Plan, trials: number, draw: DrawInto): Trials {
  const finish = new Trials(features.length, trials);
  const lead = new Float64Array(trials);
  const gate = new Float64Array(trials);
  for (const place of order) {
    const { beforeStart = [], beforeFinish = [] } = features[place] ?? {};
    const row = finish.row(place);
    draw(place, { lead, work: row });
    gate.fill(0);
    for (const on of beforeStart) raise(gate, finish.row(on));
    for (let trial = 0; trial < trials; trial++)
      row[trial] = (gate[trial] as number) + (lead[trial] as number) + (row[trial] as number);
    for (const on of beforeFinish) raise(row, finish.row(on));
  }
  return finish;
}

function raise(row: Float64Array, least: Float64Array): void {
  for (let i = 0; i < row.length; i++)
    if ((least[i] as number) > (row[i] as number)) row[i] = least[i] as number;
}
