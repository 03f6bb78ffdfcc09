import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database, first, type Queryable } from '@app/database';
import { isAdmin, type Viewer } from '../auth/viewer';
import { represent, type Representation, type VersionedRow } from '../common/http/representation';
import { IdempotencyInFlight, IdempotencyKeyReused } from '../common/idempotency/idempotency.errors';
import { IdempotencyService, type Reply } from '../common/idempotency/idempotency.service';
import { CONFIG, type Config } from '../config/config';
import { MessageDeleted, MessageNotFound } from '../messages/message.errors';
import { TaskNotFound } from '../tasks/task.errors';
import { type AttachStanding, refuseAttaching } from './attach.standing';
import { AttachmentTargetsDiffer, AttachmentTooLarge, StorageQuotaExceeded } from './attachment.errors';
import { uploadsObserved } from './attachment.observations';
import { ATTACH_STANDING, CREATE_ATTACHMENT, IS_ATTACHED, QUEUE_UPLOAD } from './attachment.queries';
import { BLOB_STORE, type BlobStore, type StoredBlob } from '../storage/storage.service';
import type { MultipartReader } from './multipart/multipart-reader';
import { fileContent, readUploadHead, type UploadHead } from './upload-form';

/** A file that is stored, and belongs to nothing yet. */
interface ReceivedFile extends UploadHead {
  readonly id: string;
  readonly blob: StoredBlob;
}

/** Where an upload was sent, and its `Idempotency-Key`, if it has one. */
export interface UploadRequest {
  readonly path: string;
  readonly key: string | undefined;
}

export interface UploadOutcome {
  readonly reply: Omit<Reply, 'status'>;
  /** Whether it is the answer to an earlier upload. */
  readonly replayed: boolean;
}

/** What `upload` throws beside what is wrong with the form itself. */
export const UPLOAD_PROBLEMS = [
  AttachmentTooLarge,
  TaskNotFound,
  MessageNotFound,
  MessageDeleted,
  AttachmentTargetsDiffer,
  StorageQuotaExceeded,
  IdempotencyInFlight,
  IdempotencyKeyReused,
];

/** Takes files in: first the bytes, then, in one transaction, the row and its event. */
@Injectable()
export class UploadsService {
  private readonly logger = new Logger(UploadsService.name);

  constructor(
    private readonly database: Database,
    private readonly idempotency: IdempotencyService,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Stores the file of a form and attaches it; whatever goes wrong, neither file nor row is left.
   * @throws ValidationFailed, MalformedBody, Forbidden, StorageFull and the `UPLOAD_PROBLEMS`
   */
  async upload(viewer: Viewer, form: MultipartReader, request: UploadRequest): Promise<UploadOutcome> {
    uploadsObserved.tell({ step: 'begun' });
    try {
      return await this.take(viewer, form, request);
    } finally {
      uploadsObserved.tell({ step: 'ended' });
    }
  }

  private async take(viewer: Viewer, form: MultipartReader, request: UploadRequest): Promise<UploadOutcome> {
    const file = await this.receive(viewer, form);
    let attached = false;
    try {
      const outcome = await this.attachOnce(viewer, file, request);
      attached = !outcome.replayed;
      return outcome;
    } finally {
      if (!attached) await this.discard(file);
    }
  }

  /** Whoever may not attach the file is refused before its content is read. */
  private async receive(viewer: Viewer, form: MultipartReader): Promise<ReceivedFile> {
    const { ATTACHMENT_MAX_BYTES } = this.config;
    try {
      const head = await readUploadHead(form, ATTACHMENT_MAX_BYTES);
      await this.judge(this.database, viewer, head, 0);
      const id = randomUUID();
      const blob = await this.blobs.write(id, fileContent(form, ATTACHMENT_MAX_BYTES));
      return { ...head, id, blob };
    } finally {
      await form.release();
    }
  }

  private async attachOnce(
    viewer: Viewer,
    file: ReceivedFile,
    request: UploadRequest,
  ): Promise<UploadOutcome> {
    const attach = async (): Promise<Reply> => {
      const { etag, text } = await this.attach(viewer, file);
      return { status: 201, headers: { Location: `${request.path}/${file.id}`, ETag: etag }, body: text };
    };
    const { path, key } = request;
    if (key === undefined) return { reply: await attach(), replayed: false };
    const { taskId, messageId, filename, mimeType, blob } = file;
    const body = JSON.stringify([taskId, messageId, filename, mimeType, blob.sha256]);
    return this.idempotency.once({ userId: viewer.id, method: 'POST', path, key, body }, attach);
  }

  /** What was true before the file arrived is asked again. */
  private attach(viewer: Viewer, file: ReceivedFile): Promise<Representation> {
    const { id, filename, mimeType, messageId, taskId, blob } = file;
    const given = [id, filename, blob.key, mimeType, blob.bytes, messageId, taskId, blob.sha256];
    return this.database.transaction(async (tx) => {
      await tx.query(QUEUE_UPLOAD, [viewer.id]);
      await this.judge(tx, viewer, file, blob.bytes);
      const row = await first<VersionedRow>(tx, CREATE_ATTACHMENT, [viewer.id, viewer.requestId, ...given]);
      if (!row) throw new Error('an insert answers its row');
      return represent(row);
    });
  }

  private async judge(on: Queryable, viewer: Viewer, head: UploadHead, bytes: number): Promise<void> {
    const values = [viewer.id, isAdmin(viewer), head.taskId, head.messageId];
    const standing = await first<AttachStanding>(on, ATTACH_STANDING, values);
    if (!standing) throw new Error('the standing is always one row');
    refuseAttaching(standing, bytes, this.config.ATTACHMENT_QUOTA_BYTES);
  }

  /** Asks for the row first: when the connection broke at the commit, it may be there, and then it needs its file. */
  private async discard({ id, blob }: ReceivedFile): Promise<void> {
    try {
      const [row] = await this.database.query(IS_ATTACHED, [id]);
      if (!row) await this.blobs.remove(blob.key);
    } catch (error) {
      this.logger.warn(`The file of upload ${id} is left over: ${(error as Error).message}`);
    }
  }
}
