import { Injectable } from '@nestjs/common';
import {
  Database,
  decodeCursor,
  encodeCursor,
  fingerprint,
  first,
  InvalidCursor,
  type Page,
} from '@app/database';
import type { Viewer } from '../auth/viewer';
import { visibleTypes } from './event.access';
import { CursorExpired } from './event.errors';
import { activeFilters, EPOCH, feedPage, type FeedRow, POSITION } from './event.queries';
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
    const from = cursor === undefined ? { position: START } : placeIn(cursor, print);
    await this.relay.catchUp();
    const { feed, values } = feedPage({ ...filters, visible: visibleTypes(viewer) }, from.position, limit);
    const row = await first<FeedRow>(this.database, feed, values);
    if (!row) throw new Error('an aggregate answers one row');
    if (cursor !== undefined) refuseExpired(from, row);
    const more = row.found > limit;
    const resume = more ? row.last : row.head;
    const resumeCursor = encodeCursor(print, JSON.stringify([resume ?? START, epochOf(row)]));
    return { items: row.items, nextCursor: more ? resumeCursor : null, resumeCursor };
  }
}

interface Place {
  readonly position: string;
  /** Undefined for a cursor from before there were epochs. */
  readonly epoch?: string;
}

function placeIn(cursor: string, print: string): Place {
  const [position, epoch, ...more] = decodeCursor(cursor, print);
  if (!isWritten(position, POSITION) || more.length > 0) throw new InvalidCursor();
  if (epoch === undefined) return { position };
  if (!isWritten(epoch, EPOCH)) throw new InvalidCursor();
  return { position, epoch };
}

function isWritten(value: unknown, as: RegExp): value is string {
  return typeof value === 'string' && as.test(value);
}

function epochOf({ epochs }: FeedRow): string {
  const current = epochs.find(({ last }) => last === null);
  if (!current) throw new Error('some epoch lasts');
  return current.id;
}

/**
 * The event at the cursor, or one after it, is gone; or the reader has read on in a history that a restore has undone.
 * Where the event at the cursor itself was the last to be removed, nothing was missed yet.
 */
function refuseExpired({ position, epoch }: Place, { oldest, head, epochs, removed }: FeedRow): void {
  const after = BigInt(position);
  const passed = (oldest !== null && after + 1n < BigInt(oldest)) || after < BigInt(removed);
  const ahead = after > BigInt(head ?? START);
  const of = epoch === undefined ? epochs[0] : epochs.find(({ id }) => id === epoch);
  const undone = of === undefined || (of.last !== null && after > BigInt(of.last));
  if (passed || ahead || undone) throw CursorExpired.error();
}
