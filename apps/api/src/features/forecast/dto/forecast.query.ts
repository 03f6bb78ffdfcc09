import { ValidateBy, ValidateIf } from 'class-validator';
import { QueryIds, QueryInt, QueryTexts, QueryTime } from '../../../common/fields/query-fields';
import { isSupposition } from '../supposition';

export const DEFAULT_TRIALS = 10_000;
export const DEFAULT_SEED = 1;

function AreSuppositions(): PropertyDecorator {
  const validate = (value: unknown) => Array.isArray(value) && value.every(isSupposition);
  const defaultMessage = () =>
    '$property takes drop:<feature id>:<id of what it depends on>, finish:<feature id> and capacity:<number>';
  return ValidateBy({ name: 'areSuppositions', validator: { validate, defaultMessage } });
}

/** How a forecast is made. */
export class ForecastQuery {
  @QueryTime('The moment whose knowledge counts. Default: now, by the minute unless something happened since')
  asOf?: string;

  @QueryInt('How often the future is drawn', { min: 100, max: 20_000, default: DEFAULT_TRIALS })
  trials?: number;

  @QueryInt('The same seed gives the same answer', { min: 0, max: 4_294_967_295, default: DEFAULT_SEED })
  seed?: number;

  @QueryInt('At most so many features in progress at once: past the first stage, with work left', {
    min: 1,
    max: 99_999,
  })
  capacity?: number;

  @QueryTexts(
    'What to suppose otherwise: `drop:<feature id>:<id of what it depends on>`, `finish:<feature id>` (completed at `asOf`), `capacity:<number>`; up to 150',
    120,
    150,
  )
  @ValidateIf((_, value) => value !== undefined)
  @AreSuppositions()
  whatIf?: string[];
}

export class ForecastSetQuery extends ForecastQuery {
  @QueryIds('The features, up to 300; those that they wait for come along. Default: all open ones', [], 300)
  ids?: string[];
}
