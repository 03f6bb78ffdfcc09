import { defineProblem } from '../common/errors/problem';

export const CursorExpired = defineProblem(
  410,
  'cursor_expired',
  'The cursor points at events that are gone',
  'Events after this cursor have been removed by retention, or the database was restored to an earlier moment. Read the resources again, then follow `/events` from its start without a `cursor`.',
);
