import { QueryOneOf } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';

export class ListTransitionsQuery extends PageQuery {
  @QueryOneOf(
    ['timestamp', '-timestamp'],
    'Order: as they happened (default), or `-timestamp`, the latest first',
  )
  sort?: string;
}
