import { defineProblem } from '../../common/errors/problem';

export const BrokenReport = defineProblem(
  400,
  'broken_report',
  'The report is not what its format says',
  '`format` says as what it was read, and `line` where it is broken (with `git diff -z`: which entry). Nothing was written.',
);
