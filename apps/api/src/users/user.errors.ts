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
