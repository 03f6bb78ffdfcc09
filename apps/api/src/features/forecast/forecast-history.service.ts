import { Injectable } from '@nestjs/common';
import { Database, equals, type Page, ReadList, ReadShape } from '@app/database';
import { pageRequest } from '../../common/pagination/page';
import type { ListDaysQuery } from '../dto/list-days.query';
import { refuseFeature } from '../feature.standing';
import { dayFilters } from '../history/day-filters';
import { DailyForecast } from './daily-forecast.entity';

const shape = new ReadShape(DailyForecast, {
  derived: {
    completion: `json_build_object('p50', $.p50, 'p70', $.p70, 'p85', $.p85, 'p95', $.p95,
      'beyondHistory', $.p95 IS NULL)`,
  },
});

const days = new ReadList(shape, {
  defaultSort: 'day',
  key: 'day',
  filters: { featureId: equals('featureId'), ...dayFilters },
});

@Injectable()
export class ForecastHistoryService {
  constructor(private readonly database: Database) {}

  /** The last forecast of each day. @throws FeatureNotFound, InvalidCursor */
  async list(id: string, { sort = 'day', since, before, ...query }: ListDaysQuery): Promise<Page> {
    const request = pageRequest({ ...query, sort: [sort] }, { featureId: id, since, before });
    const page = await days.page(this.database, request);
    if (page.items === '[]') await refuseFeature(this.database, id);
    return page;
  }
}
