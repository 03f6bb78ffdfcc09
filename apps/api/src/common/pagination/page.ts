import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page, PageRequest } from '@app/database';
import { JsonText } from '../http/representation';
import type { PageQuery } from './page.query';

/** The read path's request for a list query; `filters` are the query's own, already converted. */
export function pageRequest(
  { limit = 20, cursor, count, sort }: PageQuery & { sort?: readonly string[] },
  filters: Readonly<Record<string, unknown>>,
): PageRequest {
  return { limit, cursor, sort, count: count === 'exact', filters };
}

/** A page as it leaves: the body and `Link: <…>; rel="next"` (RFC 8288). */
export function sendPage(page: Page, request: FastifyRequest, reply: FastifyReply): JsonText {
  const { items, nextCursor, total } = page;
  if (nextCursor) reply.header('Link', `<${nextUrl(request.url, nextCursor)}>; rel="next"`);
  void reply.header('Cache-Control', 'private, no-cache').header('Vary', 'Authorization');
  const counted = total === undefined ? '' : `,"total":${total}`;
  return new JsonText(`{"items":${items},"nextCursor":${JSON.stringify(nextCursor)}${counted}}`);
}

function nextUrl(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
