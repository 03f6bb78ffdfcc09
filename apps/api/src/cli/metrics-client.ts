import type { IngestDto } from '../features/dto/ingest.dto';
import { CommandFailed } from './cli.errors';

export interface Target {
  /** Where the server is, e.g. https://fuse.example.org. */
  readonly url: string;
  readonly token: string;
  readonly feature: string;
  readonly commit: string;
}

export interface PushedMetrics {
  readonly linesOfCode: number;
  readonly testCoverage: number | null;
  readonly tokensUsed: number;
}

const TIMEOUT_MS = 30_000;

/** One request: the same commit once more changes nothing, so it can be repeated. @throws CommandFailed */
export async function sendMetrics(
  { url, token, feature, commit }: Target,
  fields: IngestDto,
): Promise<PushedMetrics> {
  // A secret out of a file often ends with a newline. What else no header can hold would be named in fetch's complaint.
  const secret = token.trim();
  if (!/^[\x21-\x7e]+$/.test(secret)) throw new CommandFailed('FUSE_TOKEN has characters that no token has.');
  const path = `/api/v1/features/${encodeURIComponent(feature)}/metrics/ingest?commit=${encodeURIComponent(commit)}`;
  const answer = await fetch(`${url.replace(/\/$/, '')}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
    // Followed, a POST would become a GET, or the token go to somebody else.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: Error & { cause?: Error }) => {
    throw new CommandFailed(`${url} does not answer: ${error.cause?.message ?? error.message}`);
  });
  if (answer.status >= 300 && answer.status < 400)
    throw new CommandFailed(
      `${url} sends on to ${answer.headers.get('location') ?? 'nowhere'}: is FUSE_URL right?`,
    );
  const text = await answer.text();
  const metrics = answer.ok ? metricsOf(text) : undefined;
  if (metrics) return metrics;
  throw new CommandFailed(`The server refused it (${answer.status}): ${detailOf(text)}`);
}

/** Undefined: something else answers there. */
function metricsOf(text: string): PushedMetrics | undefined {
  try {
    const { linesOfCode, testCoverage, tokensUsed } = JSON.parse(text) as Partial<PushedMetrics>;
    if (linesOfCode === undefined || testCoverage === undefined || tokensUsed === undefined) return undefined;
    return { linesOfCode, testCoverage, tokensUsed };
  } catch {
    return undefined;
  }
}

function detailOf(text: string): string {
  try {
    const { detail = '', errors = [] } = JSON.parse(text) as {
      detail?: string;
      errors?: { pointer: string; detail: string }[];
    };
    return [detail, ...errors.map((error) => `${error.pointer} ${error.detail}`)].join('; ');
  } catch {
    return 'no problem document came back; is FUSE_URL right?';
  }
}
