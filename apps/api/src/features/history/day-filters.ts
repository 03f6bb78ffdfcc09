import { condition } from '@app/database';

/** Of a list with a row a day, UTC: from the day of a moment on, and days that begin before a moment. */
export const dayFilters = {
  since: condition(`$.day >= (?::timestamptz AT TIME ZONE 'UTC')::date`),
  before: condition(`$.day < ?::timestamptz AT TIME ZONE 'UTC'`),
};
