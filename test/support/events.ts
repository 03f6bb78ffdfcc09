import { type Answer, itemsOf, type TestClient } from './client';

export interface ReadEvent {
  readonly id: number;
  readonly position: number;
  readonly type: string;
  readonly actorId: string | null;
  readonly subject: { readonly type: string; readonly id: string };
  readonly data: Record<string, unknown>;
}

export const eventsOf = (answer: Answer) => itemsOf(answer) as unknown as ReadEvent[];
/** Goes on where a page ended. */
export const cursor = (answer: Answer) => `cursor=${answer.body.resumeCursor}`;

/** Follows the feed from `page` on until it has caught up. */
export async function follow(
  client: TestClient,
  query: string,
  page: Answer,
): Promise<[ReadEvent[], Answer]> {
  const seen = [...eventsOf(page)];
  let last = page;
  while (last.body.nextCursor !== null) {
    last = await client.get(`/events?${query}&cursor=${last.body.nextCursor}`);
    seen.push(...eventsOf(last));
  }
  return [seen, last];
}
