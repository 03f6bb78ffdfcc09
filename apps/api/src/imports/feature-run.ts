import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '@app/database';
import { importFeatures, type ImportedFeature } from '../features/imported-features.service';
import { KNOWN_FEATURES, LOCK_SOURCE } from './feature-import.queries';
import { FeaturePeople } from './feature-people';
import type { FeatureRecord, PlacedFeature } from './feature-record';
import { FeatureImportReport } from './import-report';

/** A transaction holds this many records, or fewer where they are long. */
const BATCH_RECORDS = 200;
const BATCH_BYTES = 4 * 1024 ** 2;

export interface FeatureImportOptions {
  readonly database: Database;
  readonly source: string;
  /** The configured stages, in order. */
  readonly stages: readonly string[];
  /** Read and compare everything, write nothing. */
  readonly dryRun?: boolean;
  /** Usernames here by the person's id there, in lower case. */
  readonly mapUsers?: ReadonlyMap<string, string>;
  readonly onProgress?: (done: number) => void;
}

/**
 * Makes features of records, in batches, each in a transaction of its own: a run that is cut off can be repeated. What was imported
 * before stays as it is, also when it was deleted here, so that a second run makes nothing.
 */
export async function importRecords(
  records: AsyncIterable<PlacedFeature>,
  options: FeatureImportOptions,
): Promise<FeatureImportReport> {
  const run = new FeatureRun(options);
  await run.mapUsers();
  let [batch, bytes] = [[] as PlacedFeature[], 0];
  for await (const record of records) {
    batch.push(record);
    bytes += record.bytes;
    if (batch.length < BATCH_RECORDS && bytes < BATCH_BYTES) continue;
    await run.take(batch);
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) await run.take(batch);
  return run.report;
}

class FeatureRun {
  readonly report: FeatureImportReport;
  private readonly people: FeaturePeople;
  private readonly seen = new Set<string>();
  private done = 0;

  constructor(private readonly options: FeatureImportOptions) {
    this.report = new FeatureImportReport(options.dryRun ?? false);
    this.people = new FeaturePeople(options.source, this.report.people, this.report.dryRun);
  }

  async mapUsers(): Promise<void> {
    const { database, mapUsers = new Map<string, string>() } = this.options;
    await database.transaction((tx) => this.people.map(tx, mapUsers));
  }

  async take(batch: readonly PlacedFeature[]): Promise<void> {
    const { database, source, stages, onProgress } = this.options;
    await database.transaction(async (tx) => {
      await tx.query(LOCK_SOURCE, [source]);
      const features = await this.newOnes(tx, batch);
      if (!this.report.dryRun) await importFeatures(tx, source, stages, features);
      this.report.features.made += features.length;
    });
    // What was written is known from now on; what was only tried is not.
    if (!this.report.dryRun) this.seen.clear();
    onProgress?.((this.done += batch.length));
  }

  private async newOnes(tx: Queryable, batch: readonly PlacedFeature[]): Promise<ImportedFeature[]> {
    const ids = batch.flatMap(({ read }) => ('record' in read ? [read.record.externalId] : []));
    const rows = await tx.query<{ externalId: string }>(KNOWN_FEATURES, [this.options.source, ids]);
    const known = new Set(rows.map(({ externalId }) => externalId));
    const features: ImportedFeature[] = [];
    for (const { read, file, index, line } of batch) {
      if ('reason' in read) {
        this.report.features.refused++;
        this.report.refusals.push({ file, record: index, line, reason: read.reason });
      } else if (known.has(read.record.externalId) || this.isRepeated(read.record)) {
        this.report.features.skipped++;
      } else features.push(await this.feature(tx, read.record));
    }
    return features;
  }

  private isRepeated({ externalId }: FeatureRecord): boolean {
    return this.seen.size === this.seen.add(externalId).size;
  }

  private async feature(tx: Queryable, record: FeatureRecord): Promise<ImportedFeature> {
    const entries = [];
    for (const { stage, at, by } of record.entries) {
      entries.push({ stage, at, actorId: by && (await this.people.userOf(tx, by)) });
    }
    return { ...record, id: randomUUID(), entries };
  }
}
