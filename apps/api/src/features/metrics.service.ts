import { Injectable } from '@nestjs/common';
import { Database, first, lookUp } from '@app/database';
import type { Viewer } from '../auth/viewer';
import { PreconditionFailed } from '../common/errors/common.errors';
import { refuse, type Standing } from '../common/http/refusal';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import type { PutMetricsDto } from './dto/put-metrics.dto';
import { FeatureNotFound, MetricsNotFound } from './feature.errors';
import { refuseFeature } from './feature.standing';
import {
  DELETE_METRICS,
  METRICS_OF_FEATURE,
  METRICS_STANDING,
  PUT_METRICS,
  REPLACE_METRICS,
} from './metrics.queries';

/** The metrics as they now are, and whether there were none before. */
export interface PutMetrics {
  readonly metrics: Representation;
  readonly made: boolean;
}

@Injectable()
export class MetricsService {
  constructor(private readonly database: Database) {}

  /** @throws FeatureNotFound, MetricsNotFound */
  async get(id: string): Promise<Representation> {
    const row = await lookUp<VersionedRow>(this.database, METRICS_OF_FEATURE, id);
    if (row) return represent(row);
    await refuseFeature(this.database, id);
    throw MetricsNotFound.error();
  }

  /**
   * Replaces what was given before; the tokens stay, they are counted.
   * @param versions row versions of the metrics that may be replaced; null: any, or none
   * @throws FeatureNotFound, PreconditionFailed
   */
  async put(
    viewer: Viewer,
    id: string,
    input: PutMetricsDto,
    versions: string[] | null,
  ): Promise<PutMetrics> {
    const { linesOfCode, testCoverage = null, modifiedFiles = null, newFiles = null } = input;
    const values = [viewer.id, viewer.requestId, id, linesOfCode, testCoverage, modifiedFiles, newFiles];
    const row = await (versions
      ? first<VersionedRow & { made: boolean }>(this.database, REPLACE_METRICS, [...values, versions])
      : first<VersionedRow & { made: boolean }>(this.database, PUT_METRICS, values));
    if (row) return { metrics: represent(row), made: row.made };
    await refuseFeature(this.database, id);
    throw versions ? PreconditionFailed.error() : FeatureNotFound.error();
  }

  /** @throws FeatureNotFound, MetricsNotFound, PreconditionFailed */
  async remove(viewer: Viewer, id: string, versions: string[] | null): Promise<void> {
    const values = [viewer.id, viewer.requestId, id, versions];
    const [removed] = await this.database.query(DELETE_METRICS, values);
    if (removed) return;
    await refuseFeature(this.database, id);
    const standing = await first<Standing>(this.database, METRICS_STANDING, [id]);
    refuse(standing, MetricsNotFound, versions);
    throw MetricsNotFound.error();
  }
}
