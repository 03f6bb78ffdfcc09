import type { SqlValue } from '@app/database';

/** What a merge patch changes. */
interface Changes<Field> {
  readonly fields: readonly Field[];
  /** The same as JSON, for the event. */
  readonly names: string;
  /** In the order of `fields`. */
  readonly values: readonly SqlValue[];
}

/** @param writable the fields that a client may write, in the order of the statement */
export function changesIn<Field extends string>(
  patch: { readonly [field in Field]?: SqlValue | undefined },
  writable: readonly Field[],
): Changes<Field> {
  const fields = writable.filter((field) => patch[field] !== undefined);
  const values = fields.map((field) => patch[field] ?? null);
  return { fields, names: JSON.stringify(fields), values };
}
