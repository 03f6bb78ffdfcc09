import { QueryAnyOf, QueryIds, QuerySort, QueryTime } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';
import { MESSAGE_STATUSES, MESSAGE_TYPES, type MessageStatus, type MessageType } from '../message.entity';

/** What every list of messages takes, a task's own as well. */
export class MessageFilters extends PageQuery {
  @QueryIds('Sent by any of these users', ['me'])
  senderId?: string[];

  @QueryAnyOf(MESSAGE_TYPES, 'Of any of these types')
  type?: MessageType[];

  @QueryAnyOf(MESSAGE_STATUSES, 'In any of these states')
  status?: MessageStatus[];

  @QueryTime('Sent at that moment or later')
  createdSince?: string;

  @QueryTime('Sent or changed at that moment or later')
  updatedSince?: string;
}

const SORTS = ['createdAt', 'updatedAt'];

export class ListMessagesQuery extends MessageFilters {
  @QuerySort(SORTS, '-createdAt')
  sort?: string[];

  @QueryIds('About any of these tasks')
  taskId?: string[];
}

export class ListTaskMessagesQuery extends MessageFilters {
  @QuerySort(SORTS, 'createdAt')
  sort?: string[];
}
