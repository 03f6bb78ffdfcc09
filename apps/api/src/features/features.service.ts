import { Injectable } from '@nestjs/common';
import { Database, first, lookUp, type Page, type PageRequest } from '@app/database';
import type { Viewer } from '../auth/viewer';
import { changesIn } from '../common/http/merge-patch';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import { pageRequest } from '../common/pagination/page';
import { LOCK_DEPENDENCIES } from './dependency.queries';
import type { CreateFeatureDto } from './dto/create-feature.dto';
import type { ListFeaturesQuery } from './dto/list-features.query';
import type { UpdateFeatureDto } from './dto/update-feature.dto';
import { FeatureNotFound, HasDependents } from './feature.errors';
import { featureFilters } from './feature.filters';
import {
  CREATE_FEATURE,
  DELETE_FEATURE,
  DEPENDENTS,
  FEATURE_BY_ID,
  featureList,
  updateFeature,
  WRITABLE,
} from './feature.queries';
import { refuseFeature } from './feature.standing';
import { Stages } from './stages';

type Dependent = { featureId: string; name: string; type: string; total: number };

@Injectable()
export class FeaturesService {
  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
  ) {}

  list(query: ListFeaturesQuery): Promise<Page> {
    const request: PageRequest = pageRequest(query, featureFilters(query, this.stages));
    return featureList.page(this.database, request);
  }

  /** @throws FeatureNotFound */
  async get(id: string): Promise<Representation> {
    const row = await lookUp<VersionedRow>(this.database, FEATURE_BY_ID, id);
    if (!row) throw FeatureNotFound.error();
    return represent(row);
  }

  /** @throws UnknownStage */
  async create(viewer: Viewer, input: CreateFeatureDto): Promise<Representation> {
    const {
      name,
      description,
      currentStage = this.stages.first,
      completionPercentage = null,
      estimatedCompletion = null,
    } = input;
    this.stages.check(currentStage);
    const row = await first<VersionedRow>(this.database, CREATE_FEATURE, [
      viewer.id,
      viewer.requestId,
      name,
      description,
      currentStage,
      completionPercentage,
      estimatedCompletion,
      this.stages.names,
    ]);
    if (!row) throw new Error('an insert answers its row');
    return represent(row);
  }

  /**
   * @param versions row versions that the change may be based on; null: any
   * @throws FeatureNotFound, PreconditionFailed
   */
  async update(
    viewer: Viewer,
    id: string,
    patch: UpdateFeatureDto,
    versions: string[] | null,
  ): Promise<Representation> {
    const { fields, names, values } = changesIn(patch, WRITABLE);
    if (fields.length === 0) return this.unchanged(id, versions);
    const row = await first<VersionedRow>(this.database, updateFeature(fields), [
      viewer.id,
      viewer.requestId,
      id,
      versions,
      names,
      ...values,
      ...(fields.includes('completionPercentage') ? [this.stages.names] : []),
    ]);
    if (row) return represent(row);
    await refuseFeature(this.database, id, versions);
    throw FeatureNotFound.error();
  }

  /**
   * For good, with its metrics, its history and its own dependencies.
   * @throws FeatureNotFound, PreconditionFailed, HasDependents
   */
  remove({ id: actor, requestId }: Viewer, id: string, versions: string[] | null): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_DEPENDENCIES);
      const [deleted] = await tx.query(DELETE_FEATURE, [actor, requestId, id, versions]);
      if (deleted) return;
      await refuseFeature(tx, id, versions);
      const found = await tx.query<Dependent>(DEPENDENTS, [id]);
      const total = found[0]?.total ?? 0;
      const dependents = found.map(({ featureId, name, type }) => ({ featureId, name, type }));
      throw HasDependents.error(`${total} of them`, { members: { dependents, total } });
    });
  }

  private async unchanged(id: string, versions: string[] | null): Promise<Representation> {
    await refuseFeature(this.database, id, versions);
    return this.get(id);
  }
}
