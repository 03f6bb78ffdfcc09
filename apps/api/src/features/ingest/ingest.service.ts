import { Injectable } from '@nestjs/common';
import { Database, lookUp, type Queryable } from '@app/database';
import type { Viewer } from '../../auth/viewer';
import { represent, type Representation, type VersionedRow } from '../../common/http/representation';
import { FeatureNotFound } from '../feature.errors';
import { METRICS_OF_FEATURE } from '../metrics.queries';
import { LOCK_FEATURE } from '../transition.queries';
import type { Ingest } from './ingest-parts';
import { ADD_METRICS, ADD_TOKENS, CLAIM_PARTS } from './ingest.queries';

@Injectable()
export class IngestService {
  constructor(private readonly database: Database) {}

  /**
   * Adds what a commit brings, each of its parts once, and answers the metrics as they now are.
   * @throws FeatureNotFound
   */
  take(viewer: Viewer, id: string, ingest: Ingest): Promise<Representation> {
    return this.database.transaction(async (tx) => {
      const [feature] = await tx.query(LOCK_FEATURE, [id]);
      if (!feature) throw FeatureNotFound.error();
      await add(tx, viewer, id, ingest, await claim(tx, id, ingest));
      const row = await lookUp<VersionedRow>(tx, METRICS_OF_FEATURE, id);
      // Without metrics, and nothing new: they were deleted since, and only the tokens are known still.
      return row ? represent(row) : this.empty(tx, viewer, id);
    });
  }

  private async empty(tx: Queryable, viewer: Viewer, id: string): Promise<Representation> {
    await tx.query(ADD_METRICS, [viewer.id, viewer.requestId, id, 0, null, null, null, null]);
    const row = await lookUp<VersionedRow>(tx, METRICS_OF_FEATURE, id);
    if (!row) throw new Error('what was written under the lock is there');
    return represent(row);
  }
}

/** The parts that were not taken in before. */
async function claim(tx: Queryable, id: string, ingest: Ingest): Promise<ReadonlySet<string>> {
  const { commit, diff, coverage, tokens } = ingest;
  const parts = [
    ...(diff ? ['diff'] : []),
    ...(coverage ? [coverage.part] : []),
    ...(tokens ? ['tokens'] : []),
  ];
  const lines = parts.map((part) => (part === coverage?.part ? coverage.lines : null));
  const found = lines.map((each) => each?.linesFound ?? null);
  const hit = lines.map((each) => each?.linesHit ?? null);
  const rows = await tx.query<{ part: string }>(CLAIM_PARTS, [id, commit, parts, found, hit]);
  return new Set(rows.map(({ part }) => part));
}

async function add(
  tx: Queryable,
  { id: viewer, requestId }: Viewer,
  id: string,
  { commit, diff, coverage, tokens }: Ingest,
  fresh: ReadonlySet<string>,
): Promise<void> {
  const newDiff = fresh.has('diff') ? diff : undefined;
  const newCoverage = coverage && fresh.has(coverage.part) ? coverage : undefined;
  if (newDiff || newCoverage) {
    const { linesOfCode = 0, modifiedFiles = null, newFiles = null } = newDiff ?? {};
    const measured = newCoverage ? [newCoverage.percent, commit] : [null, null];
    await tx.query(ADD_METRICS, [viewer, requestId, id, linesOfCode, modifiedFiles, newFiles, ...measured]);
  }
  if (tokens && fresh.has('tokens')) {
    const { provider, model, input, output, cached, cost, currency } = tokens;
    const spent = [provider, model, input, output, cached, cost, currency];
    await tx.query(ADD_TOKENS, [viewer, requestId, id, ...spent]);
  }
}
