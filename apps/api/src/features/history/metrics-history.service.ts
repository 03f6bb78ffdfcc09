import { Injectable } from '@nestjs/common';
import { Database, first, type Page, ReadShape, statement } from '@app/database';
import type { MetricsHistoryQuery } from '../dto/metrics-history.dto';
import { refuseFeature } from '../feature.standing';
import { MetricsHistory } from './metrics-history.entity';

const shape = new ReadShape(MetricsHistory);

/** $1 feature, $2 since, $3 before, or null. The last 1,000 days of those, oldest first. */
const HISTORY = statement(`
  SELECT coalesce(json_agg(${shape.json('d')} ORDER BY d.day), '[]')::text AS items
  FROM (
    SELECT * FROM feature_metrics_history
    WHERE feature_id = $1 AND ($2::timestamptz IS NULL OR day >= ($2::timestamptz AT TIME ZONE 'UTC')::date)
      AND ($3::timestamptz IS NULL OR day < $3::timestamptz AT TIME ZONE 'UTC')
    ORDER BY day DESC LIMIT 1000
  ) d`);

@Injectable()
export class MetricsHistoryService {
  constructor(private readonly database: Database) {}

  /** @throws FeatureNotFound */
  async list(id: string, { since, before }: MetricsHistoryQuery): Promise<Page> {
    const values = [id, since ?? null, before ?? null];
    const row = await first<{ items: string }>(this.database, HISTORY, values);
    const items = row?.items ?? '[]';
    if (items === '[]') await refuseFeature(this.database, id);
    return { items, nextCursor: null };
  }
}
