import { Injectable } from '@nestjs/common';
import { Database, first, lookUp, type Page, type PageRequest } from '@app/database';
import { assumptionOf, proving } from '../auth/assumption';
import { isAdmin, type Viewer } from '../auth/viewer';
import { changesIn } from '../common/http/merge-patch';
import { refuse, type Standing } from '../common/http/refusal';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import { TasksService } from '../tasks/tasks.service';
import type { CreateMessageDto } from './dto/create-message.dto';
import type { UpdateMessageDto } from './dto/update-message.dto';
import { MessageDeleted, MessageNotFound, MessageTaskUnavailable } from './message.errors';
import {
  CREATE_MESSAGE,
  DELETE_MESSAGE,
  DELETE_STANDING,
  EDIT_STANDING,
  MESSAGE_BY_ID,
  messageList,
  taskMessageList,
  updateMessage,
  WRITABLE,
} from './message.queries';

@Injectable()
export class MessagesService {
  constructor(
    private readonly database: Database,
    private readonly tasks: TasksService,
  ) {}

  list(request: PageRequest): Promise<Page> {
    return messageList.page(this.database, request);
  }

  /** @throws TaskNotFound */
  async listOfTask(taskId: string, request: PageRequest): Promise<Page> {
    const filters = { ...request.filters, taskId };
    const page = await taskMessageList.page(this.database, { ...request, filters });
    // A message on the page is proof enough that its task is visible.
    if (page.items === '[]') await this.tasks.get(taskId);
    return page;
  }

  /** @throws MessageNotFound */
  async get(id: string): Promise<Representation> {
    const row = await lookUp<VersionedRow>(this.database, MESSAGE_BY_ID, id);
    if (!row) throw MessageNotFound.error();
    return represent(row);
  }

  /** @throws MessageTaskUnavailable */
  async create(viewer: Viewer, input: CreateMessageDto): Promise<Representation> {
    const { content, type = 'text', taskId = null } = input;
    const row = await proving(viewer, (by) => {
      const values = [by.id, by.requestId, content, type, taskId, ...assumptionOf(by)];
      return first<VersionedRow>(this.database, CREATE_MESSAGE, values);
    });
    if (!row) throw MessageTaskUnavailable.error();
    return represent(row);
  }

  /**
   * @param versions row versions that the change may be based on; null: any
   * @throws MessageNotFound, Forbidden, PreconditionFailed, MessageDeleted
   */
  async update(
    viewer: Viewer,
    id: string,
    patch: UpdateMessageDto,
    versions: string[] | null,
  ): Promise<Representation> {
    const { fields, names, values } = changesIn(patch, WRITABLE);
    if (fields.length === 0) return this.unchanged(viewer, id, versions);
    const given = [viewer.id, viewer.requestId, id, versions, names, ...values];
    const row = await first<VersionedRow>(this.database, updateMessage(fields), given);
    if (row) return represent(row);
    await this.refuseEdit(viewer, id, versions);
    throw MessageDeleted.error();
  }

  /** @throws MessageNotFound, Forbidden, PreconditionFailed, MessageDeleted */
  async remove(viewer: Viewer, id: string, versions: string[] | null): Promise<void> {
    const values = [viewer.id, viewer.requestId, id, versions, isAdmin(viewer)];
    const [row] = await this.database.query(DELETE_MESSAGE, values);
    if (row) return;
    const asked = [viewer.id, id, isAdmin(viewer)];
    refuse(await first<Standing>(this.database, DELETE_STANDING, asked), MessageNotFound, versions);
    throw MessageDeleted.error();
  }

  private async unchanged(viewer: Viewer, id: string, versions: string[] | null): Promise<Representation> {
    await this.refuseEdit(viewer, id, versions);
    return this.get(id);
  }

  private async refuseEdit(viewer: Viewer, id: string, versions: string[] | null): Promise<void> {
    const standing = await first<Standing>(this.database, EDIT_STANDING, [viewer.id, id]);
    refuse(standing, MessageNotFound, versions);
  }
}
