import { Inject, Injectable } from '@nestjs/common';
import { Database, first, lookUp, type Page, type PageRequest } from '@app/database';
import { isAdmin, type Viewer } from '../auth/viewer';
import { refuse, type Standing } from '../common/http/refusal';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import { MessagesService } from '../messages/messages.service';
import { TasksService } from '../tasks/tasks.service';
import { AttachmentContentGone, AttachmentNotFound } from './attachment.errors';
import {
  ATTACHMENT_BY_ID,
  attachmentList,
  DELETE_ATTACHMENT,
  DELETE_STANDING,
  FILE_BY_ID,
} from './attachment.queries';
import { BLOB_STORE, type BlobStore, type OpenBlob } from '../storage/storage.service';

type FileRow = { id: string; filename: string; mimeType: string | null; sha256: string | null; key: string };

/** A file as it can be downloaded. */
export interface StoredFile {
  readonly id: string;
  readonly filename: string;
  readonly mimeType: string | null;
  readonly sha256: string | null;
  readonly blob: OpenBlob;
}

@Injectable()
export class AttachmentsService {
  constructor(
    private readonly database: Database,
    private readonly tasks: TasksService,
    private readonly messages: MessagesService,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
  ) {}

  list(request: PageRequest): Promise<Page> {
    return attachmentList.page(this.database, request);
  }

  /** @throws TaskNotFound */
  async listOfTask(taskId: string, request: PageRequest): Promise<Page> {
    const page = await this.list({ ...request, filters: { ...request.filters, taskId: [taskId] } });
    // An attachment on the page is proof enough that its task is visible.
    if (page.items === '[]') await this.tasks.get(taskId);
    return page;
  }

  /** @throws MessageNotFound */
  async listOfMessage(messageId: string, request: PageRequest): Promise<Page> {
    const page = await this.list({ ...request, filters: { ...request.filters, messageId: [messageId] } });
    if (page.items === '[]') await this.messages.get(messageId);
    return page;
  }

  /** @throws AttachmentNotFound */
  async get(id: string): Promise<Representation> {
    const row = await lookUp<VersionedRow>(this.database, ATTACHMENT_BY_ID, id);
    if (!row) throw AttachmentNotFound.error();
    return represent(row);
  }

  /** @throws AttachmentNotFound, AttachmentContentGone */
  async file(id: string): Promise<StoredFile> {
    const row = await first<FileRow>(this.database, FILE_BY_ID, [id]);
    if (!row) throw AttachmentNotFound.error();
    const { key, ...file } = row;
    const blob = await this.blobs.open(key);
    if (!blob) throw AttachmentContentGone.error();
    return { ...file, blob };
  }

  /**
   * @param versions row versions that the change may be based on; null: any
   * @throws AttachmentNotFound, Forbidden, PreconditionFailed
   */
  async remove(viewer: Viewer, id: string, versions: string[] | null): Promise<void> {
    const values = [viewer.id, viewer.requestId, id, versions, isAdmin(viewer)];
    const [row] = await this.database.query(DELETE_ATTACHMENT, values);
    if (row) return;
    const asked = [viewer.id, id, isAdmin(viewer)];
    refuse(await first<Standing>(this.database, DELETE_STANDING, asked), AttachmentNotFound, versions);
    throw AttachmentNotFound.error();
  }
}
