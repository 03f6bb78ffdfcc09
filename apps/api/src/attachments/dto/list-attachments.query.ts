import { QueryIds, QuerySort, QueryTime } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';

/** What every list of attachments takes, those of one task or message as well. */
export class AttachmentFilters extends PageQuery {
  @QuerySort(['createdAt', 'filename', 'sizeBytes'], '-createdAt')
  sort?: string[];

  @QueryIds('Uploaded by any of these users', ['me'])
  uploadedBy?: string[];

  @QueryTime('Uploaded at that moment or later')
  createdSince?: string;
}

export class ListAttachmentsQuery extends AttachmentFilters {
  @QueryIds('Attached to any of these tasks')
  taskId?: string[];

  @QueryIds('Attached to any of these messages')
  messageId?: string[];
}
