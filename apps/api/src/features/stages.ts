import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config';
import { UnknownStage } from './feature.errors';

/**
 * The stages that a feature passes through, in order, as they are configured. History may name others: the list can
 * change, what happened cannot. Such a stage is neither first nor final, and nothing moves into it any more.
 */
@Injectable()
export class Stages {
  readonly names: readonly string[];
  /** Where features begin. A finish_to_start dependency keeps them there. */
  readonly first: string;
  /** Where features are completed. */
  readonly final: string;

  constructor(@Inject(CONFIG) { STAGES }: Config) {
    const [first, final] = [STAGES[0], STAGES.at(-1)];
    if (first === undefined || final === undefined) throw new Error('STAGES is empty');
    this.names = STAGES;
    this.first = first;
    this.final = final;
  }

  /** @throws UnknownStage when the stage is not in the list */
  check(stage: string): void {
    if (this.names.includes(stage)) return;
    const detail = `${stage} is none of ${this.names.join(', ')}`;
    throw UnknownStage.error(detail, { members: { stages: this.names } });
  }
}

/** How long the name of a stage may be, in characters. */
export const MAX_STAGE_LENGTH = 50;

/**
 * SQL for the percentage that a stage stands for, by its place in the list: 0 for the first, 100 for the final one, whole
 * numbers between. NULL for a stage that is not in the list.
 * @param stage SQL of the stage's name
 * @param names SQL of the list, an array of at least two
 */
export function completionOf(stage: string, names: string): string {
  return `round(100.0 * (array_position(${names}::text[], ${stage}::text) - 1) / (cardinality(${names}::text[]) - 1))::float`;
}

/**
 * SQL for the percentage that stage and linked tasks stand for together: in the final stage 100; before it the share of the
 * tasks, or without tasks the place of the stage.
 * @param stage SQL of the stage's percentage
 * @param tasks SQL of the completed share of the linked tasks, NULL without any
 */
export function derivedCompletion(stage: string, tasks: string): string {
  return `CASE WHEN ${stage} = 100 THEN 100 ELSE coalesce(${tasks}, ${stage}) END`;
}
