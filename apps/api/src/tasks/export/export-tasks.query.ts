import { QueryOneOf } from '../../common/fields/query-fields';
import { SelectTasksQuery } from '../dto/list-tasks.query';

export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class ExportTasksQuery extends SelectTasksQuery {
  @QueryOneOf(
    EXPORT_FORMATS,
    "`csv` (the default): RFC 4180 with a header, a leading `'` before texts that begin with `=`, `+`, `-`, `@`, a tab or a carriage return, so that no spreadsheet runs them. `json`: one array, the texts as they are",
  )
  format?: ExportFormat;
}
