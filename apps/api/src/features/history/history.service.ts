import { Injectable } from '@nestjs/common';
import { condition, Database, equals, type Page, ReadList, ReadShape } from '@app/database';
import { pageRequest } from '../../common/pagination/page';
import type { ListDaysQuery } from '../dto/list-days.query';
import { refuseFeature } from '../feature.standing';
import { DailyForecast } from '../forecast/daily-forecast.entity';
import { MetricsHistory } from './metrics-history.entity';

const days = {
  defaultSort: 'day',
  key: 'day',
  filters: {
    featureId: equals('featureId'),
    since: condition(`$.day >= (?::timestamptz AT TIME ZONE 'UTC')::date`),
    before: condition(`$.day < ?::timestamptz AT TIME ZONE 'UTC'`),
  },
};

const metrics = new ReadList(new ReadShape(MetricsHistory), days);

const forecasts = new ReadList(
  new ReadShape(DailyForecast, {
    derived: {
      completion: `json_build_object('p50', $.p50, 'p70', $.p70, 'p85', $.p85, 'p95', $.p95,
        'beyondHistory', $.p95 IS NULL)`,
    },
  }),
  days,
);

/** What a feature was, a row a day, UTC: from the day of a moment on, and days that begin before a moment. */
@Injectable()
export class HistoryService {
  constructor(private readonly database: Database) {}

  /** @throws FeatureNotFound, InvalidCursor */
  metrics(id: string, query: ListDaysQuery): Promise<Page> {
    return this.page(metrics, id, query);
  }

  /** The last forecast of each day. @throws FeatureNotFound, InvalidCursor */
  forecasts(id: string, query: ListDaysQuery): Promise<Page> {
    return this.page(forecasts, id, query);
  }

  private async page(
    list: ReadList,
    id: string,
    { sort = 'day', since, before, ...query }: ListDaysQuery,
  ): Promise<Page> {
    const request = pageRequest({ ...query, sort: [sort] }, { featureId: id, since, before });
    const page = await list.page(this.database, request);
    if (page.items === '[]') await refuseFeature(this.database, id);
    return page;
  }
}
