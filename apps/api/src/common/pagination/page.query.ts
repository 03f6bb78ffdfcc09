import { QueryInt, QueryOneOf, QueryText } from '../fields/query-fields';

export const PageLimit = () => QueryInt('Items on a page', { min: 1, max: 100, default: 20 });
export const PageCursor = () => QueryText('`nextCursor` of the page before', { max: 4096 });
export const PageCount = () => QueryOneOf(['exact'], 'Adds `total`: how many items match in all');

/** What every list takes. A list adds its filters and, with `@QuerySort`, its `sort`. */
export class PageQuery {
  @PageLimit()
  limit?: number;

  @PageCursor()
  cursor?: string;

  @PageCount()
  count?: 'exact';
}
