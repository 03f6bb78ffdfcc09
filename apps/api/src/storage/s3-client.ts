import { S3Client } from '@aws-sdk/client-s3';

/** How long a connection may take to come about, in ms. */
const CONNECT_MS = 5000;
/** Downloads of slow clients hold a connection each: one that had to wait for another's end would look like a server that is away. */
const SOCKETS = 1000;

/** How a bucket is reached; what is not set comes from where the AWS SDK looks: environment, profile, the machine's role. */
export interface S3Settings {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
}

/** How objects are sent, and how long for. */
export interface S3Pace {
  /** What a multipart upload sends at once, in bytes, 5 MiB or more; up to 10,000 such parts make an object. */
  readonly partBytes: number;
  readonly partsAtOnce: number;
  /** How long an answer may take to begin, in ms; undefined: as long as it likes. */
  readonly answerMs?: number;
  /** How often a request is sent before it counts as failed. */
  readonly attempts?: number;
}

export function clientFor(
  { endpoint, region, accessKeyId, secretAccessKey }: S3Settings,
  { answerMs, attempts }: S3Pace,
): S3Client {
  const agent = { maxSockets: SOCKETS };
  // A server of one's own has no regions, but signatures name one.
  const named = region ?? (endpoint === undefined ? undefined : 'us-east-1');
  return new S3Client({
    ...(named === undefined ? {} : { region: named }),
    // Servers of one's own seldom have a name for each bucket, or know the SDK's newer checksums: ours are SHA-256.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
    ...(attempts === undefined ? {} : { maxAttempts: attempts }),
    requestHandler: {
      ...{ connectionTimeout: CONNECT_MS, httpAgent: agent, httpsAgent: agent },
      ...(answerMs === undefined ? {} : { requestTimeout: answerMs, throwOnRequestTimeout: true }),
    },
  });
}
