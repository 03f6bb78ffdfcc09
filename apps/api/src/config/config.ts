import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { BACKUP_SECRETS, backupSettings } from './backup-settings';
import { list, networks, origins } from './network-settings';
import { STORAGE_SECRETS, storageFault, storageSettings } from './storage-settings';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const port = z.coerce.number().int().min(0).max(65535);
const bytes = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const milliseconds = z.coerce.number().int().min(100).max(3_600_000);
const seconds = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const days = (min: number) => z.coerce.number().int().min(min).max(36_500);
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://');
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

const GIB = 1024 ** 3;
const DAY = 24 * 3600;

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: httpUrl.optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_REPLICA_URL: postgresUrl.optional(),
  DATABASE_REPLICA_MAX_LAG_MS: z.coerce.number().int().min(100).max(600_000).default(1000),
  DATABASE_POOLER: z.enum(['none', 'transaction']).default('none'),
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(500).default(10),
  DATA_DIR: z
    .string()
    .min(1)
    .default('./.data')
    .transform((path) => resolve(path)),
  MIGRATE_ON_START: flag.default(true),
  JWT_SECRET: z.string().optional(),
  ADMIN_USERNAME: z.string().min(1).max(255).optional(),
  ADMIN_EMAIL: z.email().max(255).optional(),
  ADMIN_PASSWORD: z.string().min(8).max(128).optional(),
  REGISTRATION: z.enum(['closed', 'open']).default('closed'),
  ACCESS_TOKEN_SECONDS: seconds(60, DAY).default(900),
  SESSION_SECONDS: seconds(60, 3650 * DAY).default(90 * DAY),
  SESSION_IDLE_SECONDS: seconds(60, 3650 * DAY).default(14 * DAY),
  REFRESH_GRACE_SECONDS: seconds(0, 60).default(0),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().min(3).max(320).optional(),
  RATE_LIMIT: z.enum(['on', 'off']).default('on'),
  RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000_000).default(6000),
  HEADERS_TIMEOUT_MS: milliseconds.default(10_000),
  BODY_TIMEOUT_MS: milliseconds.default(30_000),
  STALL_TIMEOUT_MS: milliseconds.default(120_000),
  DRAIN_SECONDS: seconds(0, 300).default(0),
  CORS_ORIGINS: origins.default([]),
  TRUST_PROXY: networks.default([]),
  ATTACHMENT_MAX_BYTES: bytes.default(100 * 1024 ** 2),
  ATTACHMENT_QUOTA_BYTES: bytes.default(10 * GIB),
  WEB_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(1),
  EXPORTS_AT_ONCE: z.coerce.number().int().min(1).max(100).default(2),
  STAGES: list.default(['planning', 'design', 'development', 'testing', 'review', 'deployment', 'completed']),
  METRICS_PORT: port.optional(),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  FORECAST_INTERVAL_SECONDS: seconds(0, DAY).default(15),
  TRASH_RETENTION_DAYS: days(1).default(30),
  EVENT_RETENTION_DAYS: days(0).default(0),
  AUDIT_RETENTION_DAYS: days(0).default(0),
  JOBS: z.enum(['on', 'off']).default('on'),
  ...storageSettings,
  ...backupSettings,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** Settings that may also stand in a file, named by `<SETTING>_FILE`. */
const SECRETS = [
  'DATABASE_URL',
  'DATABASE_REPLICA_URL',
  'DATABASE_DIRECT_URL',
  'JWT_SECRET',
  'ADMIN_PASSWORD',
  'SMTP_URL',
  ...STORAGE_SECRETS,
  ...BACKUP_SECRETS,
];

/** The settings as they hold for this process; `docs/configuration.md` says what each is for. */
export type Config = Readonly<z.infer<typeof schema>>;

/** Injection token of the `Config`. */
export const CONFIG = Symbol('CONFIG');

/** A setting that is missing or wrong; the message names it and says what it takes, never its value. */
export class ConfigError extends Error {}

/** Every setting's name, those of secrets' files among them. */
export const SETTINGS: readonly string[] = [
  ...Object.keys(schema.shape),
  ...SECRETS.map((name) => `${name}_FILE`),
];

interface LoadOptions {
  /** False for a command that signs nothing: then `JWT_SECRET` may be missing. Default true. */
  readonly signs?: boolean;
}

/**
 * @param env the settings; unless given, the environment's, and below them those of the file `.env` in the working directory
 * @throws ConfigError naming every setting that is wrong
 */
export function loadConfig(
  env: NodeJS.ProcessEnv = { ...readEnvFile(), ...process.env },
  { signs = true }: LoadOptions = {},
): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse({ ...given, ...secretsFromFiles(given) });
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  checkTogether(result.data, signs);
  return result.data;
}

/** What `.env` in the working directory sets. @throws ConfigError when it cannot be read */
export function readEnvFile(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError(`.env: cannot be read (${code})`);
  }
}

function secretsFromFiles(env: NodeJS.ProcessEnv): Record<string, string> {
  const named = SECRETS.map((name) => [name, env[`${name}_FILE`]] as const);
  return Object.fromEntries(named.flatMap(([name, path]) => (path ? [[name, readSecret(name, path)]] : [])));
}

function readSecret(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    throw new ConfigError(`${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function checkTogether(config: Config, signs: boolean): void {
  if (config.METRICS_PORT !== undefined && config.METRICS_PORT !== 0 && config.METRICS_PORT === config.PORT) {
    throw new ConfigError('METRICS_PORT: must be another than PORT, since metrics are not for the public');
  }
  const { ADMIN_USERNAME, ADMIN_EMAIL, ADMIN_PASSWORD, DATABASE_URL, JWT_SECRET, STAGES } = config;
  const admin = [ADMIN_USERNAME, ADMIN_EMAIL, ADMIN_PASSWORD].filter((setting) => setting !== undefined);
  if (admin.length !== 0 && admin.length !== 3) {
    throw new ConfigError('ADMIN_USERNAME, ADMIN_EMAIL and ADMIN_PASSWORD: set all three, or none');
  }
  if (signs && DATABASE_URL && (JWT_SECRET === undefined || Buffer.byteLength(JWT_SECRET) < 32)) {
    throw new ConfigError(
      'JWT_SECRET: with DATABASE_URL it must be set, to at least 32 bytes: every process that serves this database signs with it. Make one with: openssl rand -base64 48',
    );
  }
  checkServers(config);
  const fault = storageFault(config);
  if (fault !== null) throw new ConfigError(fault);
  checkMail(config);
  if (JWT_SECRET !== undefined && Buffer.byteLength(JWT_SECRET) < 32) {
    throw new ConfigError('JWT_SECRET: must have at least 32 bytes');
  }
  if (
    STAGES.length < 2 ||
    new Set(STAGES).size !== STAGES.length ||
    STAGES.some((stage) => stage.length > 50)
  ) {
    throw new ConfigError('STAGES: at least two different names of up to 50 characters, in order');
  }
}

function checkServers(config: Config): void {
  const { DATABASE_URL, DATABASE_POOLER, DATABASE_DIRECT_URL } = config;
  const further = ['DATABASE_REPLICA_URL', 'DATABASE_DIRECT_URL'] as const;
  const astray = further.find((name) => config[name] !== undefined);
  if (astray && DATABASE_URL === undefined) {
    throw new ConfigError(`${astray}: it takes DATABASE_URL, the server that it belongs to`);
  }
  if (DATABASE_POOLER === 'transaction' && DATABASE_DIRECT_URL === undefined) {
    throw new ConfigError(
      'DATABASE_DIRECT_URL: with DATABASE_POOLER=transaction it must be set: migrations hold a lock for as long as their connection lasts, and take the server itself',
    );
  }
}

function checkMail({ SMTP_URL, MAIL_FROM, REGISTRATION }: Config): void {
  if (SMTP_URL !== undefined && MAIL_FROM === undefined) {
    throw new ConfigError('MAIL_FROM: with SMTP_URL it must be set: mails are sent in its name');
  }
  if (REGISTRATION === 'open' && SMTP_URL === undefined) {
    throw new ConfigError(
      'REGISTRATION: to be open it needs SMTP_URL: who registers gets a link by mail, so that nobody takes the address of another',
    );
  }
}

/** Where clients reach this installation: it makes every link, the Host header never does. */
export function publicUrlOf({ PUBLIC_URL, PORT }: Pick<Config, 'PUBLIC_URL' | 'PORT'>): string {
  return PUBLIC_URL ?? `http://localhost:${PORT}`;
}

/** Where connections last: for what holds a lock of its session, or listens. */
export function directUrlOf({
  DATABASE_DIRECT_URL,
  DATABASE_URL,
}: Pick<Config, 'DATABASE_DIRECT_URL' | 'DATABASE_URL'>): string | undefined {
  return DATABASE_DIRECT_URL ?? DATABASE_URL;
}
