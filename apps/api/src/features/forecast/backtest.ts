import { lossChange, type LossChange } from './loss-change';
import { missingFor, MIN_COMPLETED, modelAt } from './model';
import { type Plan, planAt } from './plan';
import { completedBy, FIRST, type History, startOf } from './record';
import { pinball, quantileOf, wilson } from './scores';
import { simulate } from './simulate';
import { PERCENTILES } from './summary';
import type { Weighting } from './weighting';

export interface BacktestRequest {
  /** Each feature is forecast once: when it is this old, ms, if it is not completed by then. 0: as it begins. */
  readonly age: number;
  /** At most so many features, the latest that the record can judge. */
  readonly cases: number;
  readonly trials: number;
  readonly seed: number;
  readonly weighting: Weighting;
}

/** How one percentile fared. */
export interface PercentileScore {
  readonly percentile: number;
  /** Forecasts whose date the record covers. */
  readonly cases: number;
  readonly hits: number;
  readonly hitRate: number | null;
  /** 95 %. */
  readonly interval: readonly [number, number] | null;
  /** Forecasts that said `beyondHistory`. */
  readonly beyondHistory: number;
  /** Mean over the cases, ms; of the naive forecast over the same cases. */
  readonly pinball: number | null;
  readonly naivePinball: number | null;
  /** The same of the logarithm of (1 hour + time), which a few long ones do not decide. */
  readonly logPinball: number | null;
  readonly naiveLogPinball: number | null;
  readonly naiveHits: number;
}

export interface Backtest {
  /** Features that were forecast. */
  readonly forecasts: number;
  /** Features that history was too short for when they were that old. */
  readonly tooEarly: number;
  readonly scores: readonly PercentileScore[];
  /** Against the naive forecast, all percentiles together; null without cases. */
  readonly lossInDays: LossChange | null;
  readonly lossInLogarithms: LossChange | null;
}

/** One forecast of the past: ms after its moment. */
export interface Case {
  readonly moment: number;
  /** When it was completed; Infinity: not yet. */
  readonly actual: number;
  readonly forecast: readonly (number | null)[];
  readonly naive: readonly (number | null)[];
}

/**
 * Forecasts the past with only what was known then, and compares. A case counts for a percentile when the forecast date lies
 * within the record: whether it does was decided by the forecast alone, so that what came later does not select the cases.
 */
export function backtest(history: History, request: BacktestRequest): Backtest {
  const { cases, tooEarly } = casesOf(history, request);
  const end = history.time.reduce((latest, time) => Math.max(latest, time), 0);
  const judged = PERCENTILES.map((_, i) => judge(cases, i, end));
  const scores = judged.map((each, i) => scoreOf(each, i, cases));
  const logarithms = judged.map((each) =>
    each.map(({ place, ownLog: own, naiveLog: naive }) => ({ place, own, naive })),
  );
  return {
    forecasts: cases.length,
    tooEarly,
    scores,
    lossInDays: lossChange(judged, cases.length, request.seed),
    lossInLogarithms: lossChange(logarithms, cases.length, request.seed),
  };
}

/** Every forecast of the past that a request asks for. */
export function casesOf(history: History, request: BacktestRequest): { cases: Case[]; tooEarly: number } {
  const due = [...history.byStart].filter(
    (feature) => request.age === 0 || completedAt(history, feature) > startOf(history, feature) + request.age,
  );
  let tooEarly = 0;
  const cases: Case[] = [];
  for (const feature of due.slice(-request.cases)) {
    const made = caseOf(history, feature, startOf(history, feature) + request.age, request);
    if (made) cases.push(made);
    else tooEarly++;
  }
  return { cases, tooEarly };
}

function caseOf(history: History, feature: number, moment: number, request: BacktestRequest): Case | null {
  // A record may have it leave its first stage as it begins, which nobody knew then.
  const model = modelAt(history, moment, request.weighting, request.age === 0 ? feature : undefined);
  if (model.samples.completed < MIN_COMPLETED) return null;
  const plan = request.age === 0 ? asItBegins(history, feature, moment) : planAt(history, moment, [feature]);
  const stage = plan.features.find(({ asked }) => asked)?.stage;
  if (stage === undefined || missingFor(history, model, stage).length > 0) return null;
  const { percentiles } = simulate(history, model, plan, { ...request, capacity: null });
  const actual = completedAt(history, feature) - moment;
  return { moment, actual, forecast: percentiles, naive: naiveAt(history, moment, request.age) };
}

/** Nobody knows more than its first stage when it begins, even if the record has it leave that stage at the same moment. */
function asItBegins(history: History, feature: number, moment: number): Plan {
  const plan = planAt(history, moment, [feature]);
  const stage = history.stage[history.offsets[feature] as number] as number;
  const own = plan.features.find(({ asked }) => asked);
  if (own && own.stage === stage) return plan;
  const bare = { id: history.ids[feature] ?? '', feature, stage, age: 0, started: moment, asked: true };
  return { features: [{ ...bare, beforeStart: [], beforeFinish: [] }], order: [FIRST] };
}

/** When it was first completed; Infinity: never. */
function completedAt(history: History, feature: number): number {
  for (let at = history.offsets[feature] as number; at < (history.offsets[feature + 1] as number); at++)
    if (history.stage[at] === history.final) return history.time[at] as number;
  return Infinity;
}

/** The quantiles of all whole cycle times so far, less the age. */
function naiveAt(history: History, moment: number, age: number): (number | null)[] {
  const times = new Float64Array(history.ids.length);
  let count = 0;
  for (const feature of history.byStart) {
    if (startOf(history, feature) > moment) break;
    const completed = completedBy(history, feature, moment);
    if (completed < Infinity) times[count++] = completed - startOf(history, feature);
  }
  const sorted = times.subarray(0, count).sort();
  return PERCENTILES.map((percentile) => {
    const quantile = quantileOf(sorted, percentile / 100);
    return quantile === null ? null : Math.max(0, quantile - age);
  });
}

const HOUR_MS = 3_600_000;
const compressed = (ms: number) => Math.log((ms + HOUR_MS) / HOUR_MS);

/** A forecast of one percentile whose date lies within the record. */
interface Judged {
  readonly place: number;
  readonly hit: boolean;
  readonly naiveHit: boolean;
  readonly own: number;
  readonly naive: number;
  readonly ownLog: number;
  readonly naiveLog: number;
}

function judge(cases: readonly Case[], i: number, end: number): Judged[] {
  const level = (PERCENTILES[i] ?? 0) / 100;
  return cases.flatMap(({ moment, actual, forecast, naive }, place) => {
    const [own, other] = [forecast[i], naive[i]];
    if (typeof own !== 'number' || typeof other !== 'number' || moment + own > end) return [];
    // One that is still open costs at least what it has cost by now.
    const known = Math.min(actual, end - moment);
    const cost = (said: number) => pinball(level, known, said);
    const costLog = (said: number) => pinball(level, compressed(known), compressed(said));
    const hits = { hit: actual <= own, naiveHit: actual <= other };
    const costs = { own: cost(own), naive: cost(other), ownLog: costLog(own), naiveLog: costLog(other) };
    return [{ place, ...hits, ...costs }];
  });
}

function scoreOf(judged: readonly Judged[], i: number, cases: readonly Case[]): PercentileScore {
  const mean = (cost: (one: Judged) => number) =>
    judged.length ? judged.reduce((sum, one) => sum + cost(one), 0) / judged.length : null;
  const hits = judged.filter(({ hit }) => hit).length;
  return {
    percentile: PERCENTILES[i] ?? 0,
    cases: judged.length,
    hits,
    hitRate: judged.length ? hits / judged.length : null,
    interval: wilson(hits, judged.length),
    beyondHistory: cases.filter(({ forecast }) => forecast[i] === null).length,
    pinball: mean(({ own }) => own),
    naivePinball: mean(({ naive }) => naive),
    logPinball: mean(({ ownLog }) => ownLog),
    naiveLogPinball: mean(({ naiveLog }) => naiveLog),
    naiveHits: judged.filter(({ naiveHit }) => naiveHit).length,
  };
}
