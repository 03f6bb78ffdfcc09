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
  const path = `/api/v1/features/${encodeURIComponent(feature)}/metrics/ingest?commit=${encodeURIComponent(commit)}`;
  const answer = await fetch(`${url.replace(/\/$/, '')}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: Error & { cause?: Error }) => {
    throw new CommandFailed(`${url} does not answer: ${error.cause?.message ?? error.message}`);
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text) as PushedMetrics;
  throw new CommandFailed(`The server refused it (${answer.status}): ${detailOf(text)}`);
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
