import { defineProblem } from '../common/errors/problem';

export const UserNotFound = defineProblem(
  404,
  'user_not_found',
  'There is no such user',
  'No user has this id.',
);

export const UsernameTaken = defineProblem(
  409,
  'username_taken',
  'The username is taken',
  'Usernames are unique without regard to case.',
);
export const EmailTaken = defineProblem(
  409,
  'email_taken',
  'The email address is taken',
  'Email addresses are unique without regard to case.',
);
export const UserErased = defineProblem(
  409,
  'user_erased',
  'The user was erased',
  'What is left of an erased user can be read, but no longer be changed.',
);
export const LastAdmin = defineProblem(
  409,
  'last_admin',
  'There would be no administrator left',
  'The last active admin cannot be demoted, suspended or erased. Make somebody else an admin first.',
);
export const WrongPassword = defineProblem(
  422,
  'wrong_password',
  'The current password is wrong',
  'Changing a password takes the current one. Nothing was changed.',
);
export const NoPassword = defineProblem(
  422,
  'no_password',
  'The account has no password',
  'Agents sign in with API tokens alone: make one with `POST /api/v1/users/{id}/tokens`.',
);
