import { Injectable } from '@nestjs/common';
import { Database, first, type Page, type Queryable } from '@app/database';
import type { Viewer } from '../../auth/viewer';
import { JsonText } from '../../common/http/representation';
import { TaskNotFound } from '../../tasks/task.errors';
import { FeatureNotFound, TaskNotLinked, TooManyTasks } from '../feature.errors';
import { refuseFeature } from '../feature.standing';
import { LOCK_FEATURE } from '../transition.queries';
import { LINK_STANDING, LINK_TASK, LINKED_TASK, LINKED_TASKS, UNLINK_TASK } from './feature-task.queries';

/** How many tasks a feature may have: a list of them is never paged. */
export const MAX_TASKS = 1000;

type LinkStanding = { feature: boolean; task: boolean; linked: boolean; count: number };

/** The link as it now is, and whether this made it. */
export interface PutLink {
  readonly link: JsonText;
  readonly made: boolean;
}

@Injectable()
export class FeatureTasksService {
  constructor(private readonly database: Database) {}

  /** All of them, oldest first. @throws FeatureNotFound */
  async list(id: string): Promise<Page> {
    const row = await first<{ items: string }>(this.database, LINKED_TASKS, [id]);
    const items = row?.items ?? '[]';
    if (items === '[]') await refuseFeature(this.database, id);
    return { items, nextCursor: null };
  }

  /** @throws FeatureNotFound, TaskNotFound, TooManyTasks */
  link(viewer: Viewer, id: string, taskId: string): Promise<PutLink> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_FEATURE, [id]);
      const { linked, count } = await standing(tx, id, taskId);
      if (!linked && count >= MAX_TASKS) throw TooManyTasks.error();
      if (!linked) await tx.query(LINK_TASK, [viewer.id, viewer.requestId, id, taskId]);
      const row = await first<{ json: string }>(tx, LINKED_TASK, [id, taskId]);
      if (!row) throw new Error('what was written under the lock is there');
      return { link: new JsonText(row.json), made: !linked };
    });
  }

  /** @throws FeatureNotFound, TaskNotFound, TaskNotLinked */
  async unlink(viewer: Viewer, id: string, taskId: string): Promise<void> {
    const [removed] = await this.database.query(UNLINK_TASK, [viewer.id, viewer.requestId, id, taskId]);
    if (removed) return;
    await standing(this.database, id, taskId);
    throw TaskNotLinked.error();
  }
}

/** @throws FeatureNotFound, TaskNotFound */
async function standing(on: Queryable, id: string, taskId: string): Promise<LinkStanding> {
  const found = await first<LinkStanding>(on, LINK_STANDING, [id, taskId]);
  if (!found?.feature) throw FeatureNotFound.error();
  if (!found.task) throw TaskNotFound.error();
  return found;
}
