import type { ListFeaturesQuery } from './dto/list-features.query';
import type { Stages } from './stages';

/** The list's filters as the read path takes them: `open` is about the final stage, `q` is a pattern. */
export function featureFilters(
  { currentStage, q, updatedSince, startedSince, open }: ListFeaturesQuery,
  { final }: Pick<Stages, 'final'>,
): Record<string, unknown> {
  return {
    currentStage,
    updatedSince,
    startedSince,
    pattern: q === undefined ? undefined : containing(q),
    outsideStage: open === true ? final : undefined,
    insideStage: open === false ? final : undefined,
  };
}

/** A LIKE pattern for texts that contain `text` as it stands. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
