import { Injectable } from '@nestjs/common';
import { Database, first, type Page, type Queryable } from '@app/database';
import { isAdmin, type Viewer } from '../auth/viewer';
import { Forbidden } from '../common/errors/common.errors';
import { refuse, type Standing } from '../common/http/refusal';
import { JsonText } from '../common/http/representation';
import { pageRequest } from '../common/pagination/page';
import { BLOCKERS } from './dependency.queries';
import type { ListTransitionsQuery } from './dto/list-transitions.query';
import type { TransitionDto } from './dto/transition.dto';
import { AlreadyInStage, BlockedByDependencies, FeatureNotFound, StageChanged } from './feature.errors';
import type { DependencyType } from './feature-dependency.entity';
import { refuseFeature } from './feature.standing';
import { Stages } from './stages';
import { LOCK_FEATURE, MOVE_FEATURE, TRANSITION_ORDER, transitionList } from './transition.queries';

type Locked = Standing & { currentStage: string };
type Blocker = { featureId: string; name: string; currentStage: string; type: DependencyType };

@Injectable()
export class TransitionsService {
  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
  ) {}

  /** @throws FeatureNotFound, InvalidCursor */
  async list(id: string, { sort = 'timestamp', ...query }: ListTransitionsQuery): Promise<Page> {
    const request = pageRequest({ ...query, sort: TRANSITION_ORDER[sort] }, { featureId: id });
    const page = await transitionList.page(this.database, request);
    if (page.items === '[]') await refuseFeature(this.database, id);
    return page;
  }

  /**
   * Moves a feature to another stage and answers the entry of its history.
   * @param versions row versions of the feature that the move may be based on; null: any
   * @throws Forbidden, FeatureNotFound, PreconditionFailed, UnknownStage, StageChanged, AlreadyInStage, BlockedByDependencies
   */
  move(viewer: Viewer, id: string, input: TransitionDto, versions: string[] | null): Promise<JsonText> {
    const { toStage, fromStage, note = null, force = false } = input;
    if (force && !isAdmin(viewer)) throw Forbidden.error('Only admins may force a transition');
    return this.database.transaction(async (tx) => {
      const feature = await first<Locked>(tx, LOCK_FEATURE, [id]);
      refuse(feature, FeatureNotFound, versions);
      const currentStage = feature?.currentStage ?? '';
      this.judge(currentStage, toStage, fromStage);
      const blockedBy = await this.blockers(tx, id, currentStage, toStage);
      if (blockedBy.length && !force)
        throw BlockedByDependencies.error(undefined, { members: { blockedBy } });
      const forced = blockedBy.length > 0;
      const values = [viewer.id, viewer.requestId, id, toStage, note, forced, this.stages.names];
      const row = await first<{ json: string }>(tx, MOVE_FEATURE, values);
      if (!row) throw new Error('a locked feature can be moved');
      return new JsonText(row.json);
    });
  }

  private judge(currentStage: string, toStage: string, fromStage: string | undefined): void {
    this.stages.check(toStage);
    const members = { currentStage };
    if (fromStage !== undefined && fromStage !== currentStage)
      throw StageChanged.error(undefined, { members });
    if (toStage === currentStage) throw AlreadyInStage.error(undefined, { members });
  }

  /** The dependencies that stand in the way of a move. */
  private blockers(tx: Queryable, id: string, from: string, to: string): Promise<Blocker[]> {
    const { first: start, final } = this.stages;
    const types: DependencyType[] = [];
    if (from === start) types.push('finish_to_start');
    if (to === final) types.push('finish_to_finish');
    return types.length ? tx.query<Blocker>(BLOCKERS, [id, final, types]) : Promise.resolve([]);
  }
}
