const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d{1,6})?(?:[Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * True for a moment as RFC 3339 writes it, with what the database can hold: years 0001–9999, days that the
 * calendar has, at most six decimals of a second, no leap second.
 */
export function isTimestamp(text: unknown): text is string {
  const parts = typeof text === 'string' ? RFC_3339.exec(text) : null;
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return leap ? 29 : 28;
}
