import { Injectable } from '@nestjs/common';
import { Database, first, type Page } from '@app/database';
import type { Viewer } from '../../auth/viewer';
import { JsonText } from '../../common/http/representation';
import { pageRequest } from '../../common/pagination/page';
import type { ListTokenUsageQuery } from '../dto/list-token-usage.query';
import type { TokenUsageDto } from '../dto/token-usage.dto';
import { CachedExceedInput, FeatureNotFound } from '../feature.errors';
import { refuseFeature } from '../feature.standing';
import { Stages } from '../stages';
import { RECORD_TOKENS, usageList } from './token-usage.queries';

@Injectable()
export class TokenUsageService {
  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
  ) {}

  /** @throws FeatureNotFound, InvalidCursor */
  async list(id: string, query: ListTokenUsageQuery): Promise<Page> {
    const { provider, model, stage, createdSince, createdBefore } = query;
    const filters = { featureId: id, provider, model, stage, createdSince, createdBefore };
    const page = await usageList.page(this.database, pageRequest(query, filters));
    if (page.items === '[]') await refuseFeature(this.database, id);
    return page;
  }

  /** @throws FeatureNotFound, UnknownStage, CachedExceedInput */
  async record(viewer: Viewer, id: string, input: TokenUsageDto): Promise<JsonText> {
    const { provider, model, inputTokens, outputTokens, cachedTokens = 0, cost = null } = input;
    const { currency = 'USD', stage = null } = input;
    if (stage !== null) this.stages.check(stage);
    if (cachedTokens > inputTokens) throw CachedExceedInput.error();
    const row = await first<{ json: string }>(this.database, RECORD_TOKENS, [
      ...[viewer.id, viewer.requestId, id, provider, model, inputTokens, outputTokens, cachedTokens],
      ...[cost, currency, stage],
    ]);
    if (!row) throw FeatureNotFound.error();
    return new JsonText(row.json);
  }
}
