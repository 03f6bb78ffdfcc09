import { defineProblem } from '../common/errors/problem';

export const InvalidSetupToken = defineProblem(
  401,
  'invalid_setup_token',
  'The set-up link is not valid',
  'It expired, was replaced by that of a later start, or is not complete. While there is no administrator, every start prints a new one.',
);
export const SetupDone = defineProblem(
  410,
  'setup_done',
  'The installation has its administrator',
  'The set-up link made the first administrator and does nothing any more. Further ones are made by that administrator.',
);
