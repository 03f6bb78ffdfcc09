import {
  anyOf,
  condition,
  type Filter,
  ReadShape,
  since,
  type SqlValue,
  statement,
  type Statement,
  StatementCache,
} from '@app/database';
import { SUBJECT_TYPES } from './event-types';
import { Event } from './event.entity';

export const eventShape = new ReadShape(Event, {
  omit: ['subjectType', 'subjectId'],
  derived: { subject: `json_build_object('type', $.subject_type, 'id', $.subject_id)` },
});

/** By the names that clients use, and `visible`: the types that the viewer may see. */
const FILTERS: Readonly<Record<string, Filter>> = {
  visible: condition('$.type = ANY(?)'),
  type: anyOf('type'),
  subjectType: anyOf('subjectType'),
  subjectId: anyOf('subjectId'),
  actorId: anyOf('actorId'),
  since: since('time'),
};

/** A position as cursors carry it: text, since it may be beyond 2^53. */
export const POSITION = /^(0|[1-9]\d{0,17})$/;

/** The epoch that a position belongs to. */
export const EPOCH = /^[0-9a-f-]{36}$/;

/** `last` is null for the epoch that lasts. */
export interface EpochRow {
  readonly id: string;
  readonly last: string | null;
}

/**
 * `items` is a JSON array; positions are text. `head` and `oldest` are of all events, null when there is none; `epochs` has
 * the oldest first.
 */
export type FeedRow = {
  items: string;
  found: number;
  last: string | null;
  head: string | null;
  oldest: string | null;
  epochs: readonly EpochRow[];
  /** The highest position that retention has removed. */
  removed: string;
};

type Filters = Readonly<Record<string, unknown>>;

/** The filters that are set, as a cursor is bound to them. */
export function activeFilters(filters: Filters): [string, unknown][] {
  return Object.keys(FILTERS)
    .filter((name) => filters[name] !== undefined)
    .map((name) => [name, filters[name]]);
}

const feeds = new StatementCache();

/**
 * A page of events after a position, and what is kept in all: in one statement, so that both are of one moment.
 * Events without a position, which the relay has not seen, are in none.
 */
export function feedPage(
  filters: Filters,
  after: string,
  limit: number,
): { feed: Statement; values: SqlValue[] } {
  const active = activeFilters(indexed(filters)).map(([name, value]) => ({
    filter: filterNamed(name),
    value,
    name,
  }));
  const key = active.map(({ name, filter, value }) => `${name}=${filter.variant(value)}`).join(';');
  const feed = feeds.get(key, () => {
    const conditions = active.map(({ filter, value }, i) =>
      filter.sql(`$${i + 3}`, filter.variant(value), eventShape, 'e'),
    );
    return feedText(['e.position > $1::bigint', ...conditions]);
  });
  return { feed, values: [after, limit, ...active.map(({ filter, value }) => filter.bind(value) ?? null)] };
}

/** The index of subjects begins with their type, so who asks by id alone asks for all types. */
function indexed(filters: Filters): Filters {
  const byId = filters['subjectId'] !== undefined && filters['subjectType'] === undefined;
  return byId ? { ...filters, subjectType: SUBJECT_TYPES } : filters;
}

function filterNamed(name: string): Filter {
  const filter = FILTERS[name];
  if (!filter) throw new Error(`no filter ${name}`);
  return filter;
}

const EPOCHS = `(SELECT json_agg(json_build_object('id', id, 'last', last_position::text) ORDER BY started_at) FROM event_epochs)`;

function feedText(conditions: readonly string[]): string {
  return `
    SELECT coalesce(json_agg(${eventShape.json('p')} ORDER BY p.position) FILTER (WHERE p.n <= $2::int), '[]')::text AS items,
           count(*)::int AS found, max(p.position) FILTER (WHERE p.n <= $2::int) AS last,
           (SELECT max(position) FROM events) AS head, (SELECT min(position) FROM events) AS oldest,
           ${EPOCHS} AS epochs, coalesce((SELECT events_removed_to FROM installation_state), 0) AS removed
    FROM (SELECT e.*, row_number() OVER (ORDER BY e.position) AS n FROM events e
          WHERE ${conditions.join(' AND ')} ORDER BY e.position LIMIT $2::int + 1) p`;
}

export const UNRELAYED = statement(`SELECT EXISTS (SELECT FROM events WHERE position IS NULL) AS waiting`);

/** Waits for another process's relay, but not for ever. Held until the transaction ends. */
export const LOCK_RELAY = statement(`
  WITH limited AS MATERIALIZED (SELECT set_config('lock_timeout', '10s', true))
  SELECT pg_advisory_xact_lock(hashtextextended('events relay', 0)) FROM limited`);

/** The channel on which the relay, and nothing else, tells of new positions; the payload is the last one. */
export const EVENTS_CHANNEL = 'fuse_events';

/** $1 most rows, and readers are told. A statement of its own after the lock, so that it sees what the relay before it did. */
export const GIVE_POSITIONS = statement(`
  WITH batch AS MATERIALIZED (
    SELECT id, time, nextval('events_position_seq') AS position
    FROM (SELECT id, time FROM events WHERE position IS NULL ORDER BY id LIMIT $1::int) waiting
  ), given AS (
    UPDATE events e SET position = batch.position FROM batch
    WHERE e.id = batch.id AND e.time = batch.time RETURNING e.position
  )
  SELECT count(*)::int AS given, pg_notify('${EVENTS_CHANNEL}', max(position)::text) FROM given HAVING count(*) > 0`);
