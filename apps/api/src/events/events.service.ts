import { Injectable } from '@nestjs/common';
import { Database, decodeCursor, encodeCursor, fingerprint, first, type Page } from '@app/database';
import type { Viewer } from '../auth/viewer';
import { visibleTypes } from './event.access';
import { CursorExpired } from './event.errors';
import { activeFilters, feedPage, type FeedRow, POSITION } from './event.queries';
import { EventRelay } from './event.relay';

export interface FeedRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Converted values by filter name. */
  readonly filters: Readonly<Record<string, unknown>>;
}

/** `nextCursor` is null when the page reaches the newest event; `resumeCursor` goes on from there, now or later. */
export interface FeedPage extends Page {
  readonly resumeCursor: string;
}

/** Position before the first event. */
const START = '0';

@Injectable()
export class EventsService {
  constructor(
    private readonly database: Database,
    private readonly relay: EventRelay,
  ) {}

  /**
   * The events that the viewer may see, in the order of their position. Whatever was committed before the call is there.
   * @throws InvalidCursor, CursorExpired
   */
  async page(viewer: Viewer, { limit, cursor, filters }: FeedRequest): Promise<FeedPage> {
    const print = fingerprint('events', 'position', activeFilters(filters));
    const after = cursor === undefined ? START : positionIn(cursor, print);
    await this.relay.catchUp();
    const { feed, values } = feedPage({ ...filters, visible: visibleTypes(viewer) }, after, limit);
    const row = await first<FeedRow>(this.database, feed, values);
    if (!row) throw new Error('an aggregate answers one row');
    if (cursor !== undefined) refuseExpired(BigInt(after), row);
    const more = row.found > limit;
    const resume = more ? row.last : row.head;
    const resumeCursor = encodeCursor(print, JSON.stringify([resume ?? START]));
    return { items: row.items, nextCursor: more ? resumeCursor : null, resumeCursor };
  }
}

function positionIn(cursor: string, print: string): string {
  const [position] = decodeCursor(cursor, print, [POSITION]);
  return String(position);
}

/**
 * The event at the cursor, or one after it, is gone; or the cursor is ahead of the newest event, as after a restore.
 * Where the event at the cursor itself was the last to be removed, nothing was missed yet.
 */
function refuseExpired(after: bigint, { oldest, head }: FeedRow): void {
  const passed = oldest !== null && after + 1n < BigInt(oldest);
  const ahead = after > BigInt(head ?? START);
  if (passed || ahead) throw CursorExpired.error();
}
