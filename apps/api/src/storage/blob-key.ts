/** Rows that another system wrote may hold any path: only our own keys lead to a blob. */
export const BLOB_KEY = /^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f-]{36}$/;

/** @param id a UUID */
export function blobKey(id: string): string {
  return `${id.slice(0, 2)}/${id.slice(2, 4)}/${id}`;
}
