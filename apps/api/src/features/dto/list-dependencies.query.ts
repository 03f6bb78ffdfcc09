import { QueryBool } from '../../common/fields/query-fields';

export class ListDependenciesQuery {
  @QueryBool('Those that are completed; `false`: those that are not')
  completed?: boolean;
}
