import { QueryOneOf, QueryTime } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';

/** What lists with an item a day take. */
export class ListDaysQuery extends PageQuery {
  @QueryOneOf(['day', '-day'], 'Order: the oldest first (default), or `-day`, the latest first')
  sort?: string;

  @QueryTime('From the day of that moment on, UTC')
  since?: string;

  @QueryTime('Days that begin before that moment')
  before?: string;
}
