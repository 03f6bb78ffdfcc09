import type { Config } from '../config/config';
import { BucketUnusable } from '../storage/storage.errors';
import { blobStoreOf } from '../storage/storage.service';
import { type Check, examine, type Finding } from './finding';

/** For each step, in ms. */
const TIMEOUT = 5000;

/** What is reached over the network: this installation's own server, the one for mail, and the storage of files. */
export function serviceFindings(config: Config): Promise<Finding[]> {
  return Promise.all([
    examine('server', (check) => serverFinding(config, check)),
    examine('mail.server', (check) => mailFinding(config, check)),
    examine('storage', (check) => storageFinding(config, check)),
  ]);
}

async function serverFinding({ HOST, PORT }: Config, check: Check): Promise<Finding> {
  const host = HOST === '0.0.0.0' || HOST === '::' ? 'localhost' : HOST;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${PORT}/health/ready`;
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) }).catch(() => undefined);
  if (!response) return check.skipped(`nothing answers on port ${PORT}: the server is stopped`);
  await response.body?.cancel();
  if (response.status === 200) return check.ok(`it is ready on port ${PORT}`);
  return check.failed(
    `It answers ${response.status} on port ${PORT}`,
    response.status === 503
      ? 'It cannot reach a part that it needs: its log tells which.'
      : 'Another program has the port: set PORT.',
  );
}

async function mailFinding({ SMTP_URL }: Config, check: Check): Promise<Finding> {
  if (SMTP_URL === undefined)
    return check.skipped('SMTP_URL is not set: links are passed on by administrators');
  const { createTransport } = await import('nodemailer');
  const timeouts = { connectionTimeout: TIMEOUT, greetingTimeout: TIMEOUT, socketTimeout: TIMEOUT };
  const transport = createTransport({ url: SMTP_URL, ...timeouts });
  try {
    await transport.verify();
    return check.ok('it takes mail from here');
  } catch (error) {
    // Not the message: servers quote what they were sent.
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    return check.failed(
      `It does not take mail from here (${[code, responseCode].filter(Boolean).join(' ')})`,
      code === 'EAUTH'
        ? 'User or password in SMTP_URL are wrong.'
        : 'See that host and port in SMTP_URL are right and reachable from here.',
    );
  } finally {
    transport.close();
  }
}

async function storageFinding(config: Config, check: Check): Promise<Finding> {
  const blobs = blobStoreOf(config);
  try {
    await blobs.check();
    return check.ok(blobs.location);
  } catch (error) {
    if (!(error instanceof BucketUnusable)) throw error;
    return check.failed(
      error.message,
      error.refused
        ? 'See that the bucket in STORAGE_URL is there, and that its credentials may list, read, write and delete.'
        : 'See that STORAGE_S3_ENDPOINT is right and reachable from here.',
    );
  }
}
