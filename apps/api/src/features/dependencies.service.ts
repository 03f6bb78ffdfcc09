import { Injectable } from '@nestjs/common';
import { Database, first, type Page, type Queryable } from '@app/database';
import type { Viewer } from '../auth/viewer';
import { JsonText } from '../common/http/representation';
import { type Edge, shortestPath } from './dependency-cycle';
import {
  ADD_DEPENDENCY,
  DEPENDENCIES,
  DEPENDENCIES_BACK,
  DEPENDENCY,
  DEPENDENCY_STANDING,
  LOCK_DEPENDENCIES,
  REMOVE_DEPENDENCY,
  RETYPE_DEPENDENCY,
} from './dependency.queries';
import { DependencyCycle, DependencyNotFound, FeatureNotFound, TooManyDependencies } from './feature.errors';
import type { DependencyType } from './feature-dependency.entity';
import { refuseFeature } from './feature.standing';
import { Stages } from './stages';

/** How many features one may depend on directly: a list of them is never paged. */
export const MAX_DEPENDENCIES = 1000;

type Standing = { feature: boolean; target: boolean; type: string | null; count: number };

/** The dependency as it now is, and whether this made it. */
export interface PutDependency {
  readonly dependency: JsonText;
  readonly made: boolean;
}

@Injectable()
export class DependenciesService {
  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
  ) {}

  /** All of them, oldest first. @throws FeatureNotFound */
  async list(id: string, completed: boolean | null): Promise<Page> {
    const values = [id, this.stages.final, completed];
    const row = await first<{ items: string }>(this.database, DEPENDENCIES, values);
    const items = row?.items ?? '[]';
    if (items === '[]') await refuseFeature(this.database, id);
    return { items, nextCursor: null };
  }

  /** @throws FeatureNotFound, DependencyCycle, TooManyDependencies */
  put(viewer: Viewer, id: string, dependsOnId: string, type: DependencyType): Promise<PutDependency> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_DEPENDENCIES);
      const known = await standing(tx, id, dependsOnId);
      const made = known.type === null;
      if (made) await refuseNew(tx, id, dependsOnId, known);
      const write = made ? ADD_DEPENDENCY : RETYPE_DEPENDENCY;
      await tx.query(write, [viewer.id, viewer.requestId, id, dependsOnId, type]);
      const row = await first<{ json: string }>(tx, DEPENDENCY, [id, this.stages.final, dependsOnId]);
      if (!row) throw new Error('what was written under the lock is there');
      return { dependency: new JsonText(row.json), made };
    });
  }

  /** @throws FeatureNotFound, DependencyNotFound */
  remove(viewer: Viewer, id: string, dependsOnId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_DEPENDENCIES);
      const [removed] = await tx.query(REMOVE_DEPENDENCY, [viewer.id, viewer.requestId, id, dependsOnId]);
      if (removed) return;
      await standing(tx, id, dependsOnId);
      throw DependencyNotFound.error();
    });
  }
}

/** @throws FeatureNotFound for either of the two */
async function standing(tx: Queryable, id: string, dependsOnId: string): Promise<Standing> {
  const found = await first<Standing>(tx, DEPENDENCY_STANDING, [id, dependsOnId]);
  if (!found?.feature) throw FeatureNotFound.error();
  if (!found.target) throw FeatureNotFound.error(`There is no feature ${dependsOnId} to depend on`);
  return found;
}

async function refuseNew(tx: Queryable, id: string, dependsOnId: string, { count }: Standing): Promise<void> {
  const back =
    id === dependsOnId
      ? []
      : await tx.query<Edge & Record<string, string>>(DEPENDENCIES_BACK, [id, dependsOnId]);
  const path = shortestPath(back, dependsOnId, id);
  if (path) throw DependencyCycle.error(undefined, { members: { path: [id, ...path] } });
  if (count >= MAX_DEPENDENCIES) throw TooManyDependencies.error();
}
