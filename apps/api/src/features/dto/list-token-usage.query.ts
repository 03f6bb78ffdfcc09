import { QuerySort, QueryTexts, QueryTime } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';
import { MAX_STAGE_LENGTH } from '../stages';

export class ListTokenUsageQuery extends PageQuery {
  @QuerySort(['createdAt'], '-createdAt')
  sort?: string[];

  @QueryTexts('Run by any of these', 100)
  provider?: string[];

  @QueryTexts('Any of these models', 255)
  model?: string[];

  @QueryTexts('Spent in any of these stages', MAX_STAGE_LENGTH)
  stage?: string[];

  @QueryTime('Recorded at that moment or later')
  createdSince?: string;

  @QueryTime('Recorded before that moment')
  createdBefore?: string;
}
