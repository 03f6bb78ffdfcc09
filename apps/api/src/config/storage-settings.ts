import { z } from 'zod';

const FILE = /^file:\/\/\/[^?#]+$/;
const BUCKET = /^s3:\/\/[a-z0-9][a-z0-9.-]*(\/[^?#]*)?$/;

/** Where the files of attachments are kept. */
export const storageSettings = {
  STORAGE_URL: z
    .string()
    .refine(
      (text) => (FILE.test(text) || BUCKET.test(text)) && URL.canParse(text),
      'must be file:///folder or s3://bucket/prefix, with no credentials in it',
    )
    .optional(),
  STORAGE_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  STORAGE_S3_REGION: z.string().min(1).optional(),
  STORAGE_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  STORAGE_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
};

/** Those that may also stand in a file. */
export const STORAGE_SECRETS = ['STORAGE_S3_SECRET_ACCESS_KEY'];

type Settings = z.infer<z.ZodObject<typeof storageSettings>>;

/** @returns what is wrong about them together; it names a setting */
export function storageFault(settings: Settings): string | null {
  const names = Object.keys(storageSettings) as Array<keyof Settings>;
  const astray = names.find((name) => name !== 'STORAGE_URL' && settings[name] !== undefined);
  if (astray !== undefined && !settings.STORAGE_URL?.startsWith('s3:')) {
    return `${astray}: it takes STORAGE_URL, s3://bucket/prefix`;
  }
  const { STORAGE_S3_ACCESS_KEY_ID: id, STORAGE_S3_SECRET_ACCESS_KEY: secret } = settings;
  if ((id === undefined) === (secret === undefined)) return null;
  return 'STORAGE_S3_ACCESS_KEY_ID and STORAGE_S3_SECRET_ACCESS_KEY: set both, or none';
}
