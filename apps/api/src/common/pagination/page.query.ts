import { QueryInt, QueryOneOf, QueryText } from '../fields/query-fields';

/** What every list takes. A list adds its filters and, with `@QuerySort`, its `sort`. */
export class PageQuery {
  @QueryInt('Items on a page', { min: 1, max: 100, default: 20 })
  limit?: number;

  @QueryText('`nextCursor` of the page before', { max: 4096 })
  cursor?: string;

  @QueryOneOf(['exact'], 'Adds `total`: how many items match in all')
  count?: 'exact';
}
