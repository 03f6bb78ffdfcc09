import { QueryBool, QuerySort, QueryText, QueryTexts, QueryTime } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';
import { MAX_STAGE_LENGTH } from '../stages';

export class ListFeaturesQuery extends PageQuery {
  @QuerySort(['startTime', 'lastUpdated', 'name', 'completionPercentage'], '-lastUpdated')
  sort?: string[];

  @QueryTexts('In any of these stages, configured ones or ones that history knows', MAX_STAGE_LENGTH)
  currentStage?: string[];

  @QueryText('A part of the name or the description, in any case')
  q?: string;

  @QueryTime('Changed at that moment or later')
  updatedSince?: string;

  @QueryTime('Started at that moment or later')
  startedSince?: string;

  @QueryBool('Not in the final stage; `false`: in it')
  open?: boolean;
}
