import { Injectable } from '@nestjs/common';
import { Database, equals, type Page, ReadList, ReadShape } from '@app/database';
import { pageRequest } from '../../common/pagination/page';
import type { ListDaysQuery } from '../dto/list-days.query';
import { refuseFeature } from '../feature.standing';
import { dayFilters } from './day-filters';
import { MetricsHistory } from './metrics-history.entity';

const days = new ReadList(new ReadShape(MetricsHistory), {
  defaultSort: 'day',
  key: 'day',
  filters: { featureId: equals('featureId'), ...dayFilters },
});

@Injectable()
export class MetricsHistoryService {
  constructor(private readonly database: Database) {}

  /** @throws FeatureNotFound, InvalidCursor */
  async list(id: string, { sort = 'day', since, before, ...query }: ListDaysQuery): Promise<Page> {
    const request = pageRequest({ ...query, sort: [sort] }, { featureId: id, since, before });
    const page = await days.page(this.database, request);
    if (page.items === '[]') await refuseFeature(this.database, id);
    return page;
  }
}
