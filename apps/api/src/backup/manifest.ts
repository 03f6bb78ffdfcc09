import { z } from 'zod';
import { BLOB_KEY } from '../storage/storage.service';
import { version } from '../version';
import { BackupIsNewer, BackupUnreadable } from './backup.errors';

/** Raised when a release writes what this one could not read. */
export const FORMAT = 2;

/** What becomes a path or SQL: a manifest of somebody else's must not lead anywhere else. */
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

const count = z.number().int().min(0);
const measure = { bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) };
/** The first format had no encryption. */
const formats = [1, FORMAT] as const;

const schema = z.object({
  format: z.literal(formats),
  /** The release that made it. */
  version: z.string(),
  /** The server's, e.g. 18.4. */
  postgres: z.string(),
  /** The moment that it shows, RFC 3339. */
  time: z.iso.datetime(),
  /** Names, oldest first. */
  migrations: z.array(z.string()).min(1),
  /** Null: nothing is encrypted. Else every file but this one and those beside it ends in `.age`; measures are of what is stored. */
  encryption: z
    .object({ format: z.literal('age'), recipients: z.array(z.string()).min(1) })
    .nullable()
    .default(null),
  /** `tables/<name>.copy.zst`: COPY's text format of these columns, compressed. The measure is the file's. */
  tables: z.array(z.object({ name: identifier, columns: z.array(identifier), rows: count, ...measure })),
  sequences: z.array(z.object({ name: identifier, value: z.string().regex(/^\d+$/), called: z.boolean() })),
  /** `blobs/<key>`; `content` is the measure of what is encrypted. */
  blobs: z.array(
    z.object({ key: z.string().regex(BLOB_KEY), ...measure, content: z.object(measure).optional() }),
  ),
  /** Attachments whose file was not what it should be when the backup was made. */
  faults: z.array(z.object({ attachment: z.uuid(), fault: z.enum(['missing', 'changed']) })),
  /** Tables in the same schema that are not ours, and so are not in the backup. */
  leftOut: z.array(z.string()),
  secrets: z.object({
    /** `secrets/<name>`. */
    included: z.array(z.object({ name: z.literal('jwt-secret'), ...measure })),
    absent: z.array(z.literal('jwt-secret')),
  }),
});

export type Manifest = Readonly<z.infer<typeof schema>>;
export type TableEntry = Manifest['tables'][number];
export type BlobEntry = Manifest['blobs'][number];
export type SequenceEntry = Manifest['sequences'][number];

/** Size and hash of the attachment's own bytes, encrypted or not. */
export function contentOf({ content, bytes, sha256 }: BlobEntry): Pick<BlobEntry, 'bytes' | 'sha256'> {
  return content ?? { bytes, sha256 };
}

/**
 * @param text a manifest.json
 * @throws BackupUnreadable, BackupIsNewer
 */
export function parseManifest(text: string): Manifest {
  const given = parseJson(text);
  const told = z.object({ format: z.number(), version: z.string() }).safeParse(given);
  if (told.success && (told.data.format > FORMAT || isNewer(told.data.version, version))) {
    throw new BackupIsNewer(
      `Version ${told.data.version} made the backup, which is newer than this one (${version}): use that version.`,
    );
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new BackupUnreadable(`manifest.json is damaged: ${issue?.path.join('.')}: ${issue?.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BackupUnreadable('manifest.json is damaged: it is no JSON, or not all of it.');
  }
}

/** By the three numbers of a version; what follows them does not count. */
export function isNewer(a: string, b: string): boolean {
  const [ours, theirs] = [numbersOf(a), numbersOf(b)];
  const at = ours.findIndex((number, i) => number !== theirs[i]);
  return at >= 0 && (ours[at] ?? 0) > (theirs[at] ?? 0);
}

function numbersOf(text: string): number[] {
  const [, ...parts] = /^(\d+)\.(\d+)\.(\d+)/.exec(text) ?? [];
  return parts.map(Number);
}
