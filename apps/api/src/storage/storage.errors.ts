import { Unreachable } from '../common/errors/unreachable';

interface S3Failure extends NodeJS.ErrnoException {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What the SDK says without asking the server. */
const NOT_SET = /Region is missing|CredentialsProviderError/;
const WRAPPER = /^AWS SDK error wrapper for (Error: )?/;

/** A bucket that cannot be used: it is away, or it refuses. No secret is in the message. */
export class BucketUnusable extends Unreachable {
  override readonly name = 'BucketUnusable';
  /** The server's own code, `NoSuchBucket` say, or the system's. */
  readonly reason: string;
  /** Whether it will say the same again: the bucket is not there, or the credentials are wrong. */
  readonly refused: boolean;

  constructor(location: string, cause: S3Failure) {
    const { name, message, $metadata: { httpStatusCode: status = 0 } = {} } = cause;
    super(`${location} cannot be used: ${name}: ${message.replace(WRAPPER, '')}`, { cause });
    this.reason = name;
    this.refused = (status >= 300 && status < 500 && status !== 429) || NOT_SET.test(`${name} ${message}`);
  }
}
