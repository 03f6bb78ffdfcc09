import { z } from 'zod';
import { list } from './network-settings';

const FIELD = String.raw`(\*|\d+(-\d+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(\/\d+)?`;
const FIELDS = new RegExp(String.raw`^${FIELD}(,${FIELD})*$`);

/** Five fields, as cron has them: minute, hour, day of the month, month, day of the week. Which numbers fit is seen later. */
export const cron = z.string().refine((text) => {
  const fields = text.trim().split(/\s+/);
  return fields.length === 5 && fields.every((field) => FIELDS.test(field));
}, 'must have the five fields of cron, "0 3 * * *" say');

const recipients = list.refine(
  (all) => all.every((each) => /^age1[0-9a-z]+$/.test(each)),
  'each must be a recipient of age: one begins with age1',
);

const place = z
  .string()
  .refine(
    (text) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^s3:\/\/[^/]+/.test(text),
    'must be a folder or s3://bucket/prefix',
  );

/** Where backups go, and when they are made. */
export const backupSettings = {
  BACKUP_TO: place.optional(),
  BACKUP_SCHEDULE: cron.or(z.literal('off')).default('0 * * * *'),
  BACKUP_KEEP: z.coerce.number().int().min(1).max(100_000).default(48),
  BACKUP_VERIFY: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  BACKUP_RECIPIENTS: recipients.default([]),
  BACKUP_IDENTITY: z.string().optional(),
  BACKUP_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  BACKUP_S3_REGION: z.string().min(1).optional(),
  BACKUP_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  BACKUP_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
};

/** Those that may also stand in a file. */
export const BACKUP_SECRETS = ['BACKUP_IDENTITY', 'BACKUP_S3_SECRET_ACCESS_KEY'];
