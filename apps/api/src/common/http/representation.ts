import { crc32 } from 'node:zlib';

/** JSON that PostgreSQL composed: it leaves as it is. */
export class JsonText {
  constructor(readonly text: string) {}
}

/** A single resource with the version of its row: answered with an `ETag`, or as 304. */
export class Representation extends JsonText {
  constructor(
    text: string,
    readonly version: string,
  ) {
    super(text);
  }

  /** `"<row version>-<checksum of the content>"`: If-Match looks at the first part, If-None-Match at all of it. */
  get etag(): string {
    return `"${this.version}-${crc32(this.text).toString(36)}"`;
  }
}

/** A row as the read path answers it. */
export interface VersionedRow {
  readonly json: string;
  readonly version: string;
}

export function represent(row: VersionedRow): Representation {
  return new Representation(row.json, row.version);
}
