import { QueryInt, QueryText, QueryTexts, QueryTime } from '../../common/fields/query-fields';
import { MAX_STAGE_LENGTH } from '../stages';

/** What every analysis may be limited to. */
export class AnalyticsQuery {
  @QueryTime('What happened at that moment or later; the definition in the answer says what')
  since?: string;

  @QueryTime('What happened before that moment')
  before?: string;

  @QueryText('Features with this in their name, in any case')
  name?: string;
}

export class AgingQuery extends AnalyticsQuery {
  @QueryInt('How many of the oldest features to list', { min: 1, max: 1000, default: 100 })
  limit?: number;
}

export class FlowEfficiencyQuery extends AnalyticsQuery {
  @QueryTexts('Stages in which nobody works on a feature. Default: the first stage', MAX_STAGE_LENGTH)
  waiting?: string[];
}
