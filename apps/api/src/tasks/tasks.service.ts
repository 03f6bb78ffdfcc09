import { Inject, Injectable } from '@nestjs/common';
import { Database, first, lookUp, type Page, type PageRequest } from '@app/database';
import { assumptionOf, confirmed, proving } from '../auth/assumption';
import { isAdmin, type Viewer } from '../auth/viewer';
import { changesIn } from '../common/http/merge-patch';
import { refuse, type Standing } from '../common/http/refusal';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import { CONFIG, type Config } from '../config/config';
import type { CreateTaskDto } from './dto/create-task.dto';
import type { UpdateTaskDto } from './dto/update-task.dto';
import { AssigneeInactive, TaskNotFound } from './task.errors';
import {
  CREATE_TASK,
  DELETE_STANDING,
  DELETE_TASK,
  EDIT_STANDING,
  RESTORE_TASK,
  TASK_BY_ID,
  taskList,
  updateTask,
  WRITABLE,
} from './task.queries';

@Injectable()
export class TasksService {
  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  list(request: PageRequest): Promise<Page> {
    return taskList.page(this.database, request);
  }

  /** @throws TaskNotFound */
  async get(id: string): Promise<Representation> {
    const row = await lookUp<VersionedRow>(this.database, TASK_BY_ID, id);
    if (!row) throw TaskNotFound.error();
    return represent(row);
  }

  /** @throws AssigneeInactive */
  async create(viewer: Viewer, input: CreateTaskDto): Promise<Representation> {
    const {
      title,
      description = null,
      status = 'pending',
      priority = 0,
      assignedTo = null,
      dueDate = null,
    } = input;
    const given = [title, description, status, priority, assignedTo, dueDate];
    const row = await proving(viewer, (by) =>
      first<VersionedRow>(this.database, CREATE_TASK, [by.id, by.requestId, ...given, ...assumptionOf(by)]),
    );
    if (!row) throw AssigneeInactive.error();
    return represent(row);
  }

  /**
   * @param versions row versions that the change may be based on; null: any
   * @throws TaskNotFound, Forbidden, PreconditionFailed, AssigneeInactive
   */
  async update(
    viewer: Viewer,
    id: string,
    patch: UpdateTaskDto,
    versions: string[] | null,
  ): Promise<Representation> {
    const { fields, names, values } = changesIn(patch, WRITABLE);
    if (fields.length === 0) return this.unchanged(viewer, id, versions);
    const row = await proving(viewer, (by) => {
      const given = [by.id, isAdmin(by), by.requestId, id, versions, names, ...assumptionOf(by), ...values];
      return first<VersionedRow>(this.database, updateTask(fields), given);
    });
    if (row) return represent(row);
    await this.refuseChange(viewer, id, versions);
    throw AssigneeInactive.error();
  }

  /** @throws TaskNotFound, Forbidden, PreconditionFailed */
  async remove(viewer: Viewer, id: string, versions: string[] | null): Promise<void> {
    const values = [viewer.id, isAdmin(viewer), viewer.requestId, id, versions];
    const [row] = await this.database.query(DELETE_TASK, values);
    if (row) return;
    const standing = await first<Standing>(this.database, DELETE_STANDING, [viewer.id, isAdmin(viewer), id]);
    refuse(standing, TaskNotFound, versions);
    throw TaskNotFound.error();
  }

  /**
   * Undoes a deletion; a task that is not deleted is answered as it is, so that the request can be repeated.
   * @throws TaskNotFound, Forbidden
   */
  async restore(viewer: Viewer, id: string): Promise<Representation> {
    const by = [viewer.id, isAdmin(viewer)];
    const values = [...by, viewer.requestId, id, this.config.TRASH_RETENTION_DAYS];
    const row = await first<VersionedRow>(this.database, RESTORE_TASK, values);
    if (row) return represent(row);
    refuse(await first<Standing>(this.database, DELETE_STANDING, [...by, id]), TaskNotFound, null);
    return this.get(id);
  }

  private async unchanged(viewer: Viewer, id: string, versions: string[] | null): Promise<Representation> {
    await this.refuseChange(viewer, id, versions);
    return this.get(id);
  }

  private async refuseChange(viewer: Viewer, id: string, versions: string[] | null): Promise<void> {
    const asked = [viewer.id, isAdmin(await confirmed(viewer)), id];
    refuse(await first<Standing>(this.database, EDIT_STANDING, asked), TaskNotFound, versions);
  }
}
