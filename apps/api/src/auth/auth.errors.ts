import { defineProblem } from '../common/errors/problem';

export const InvalidCredentials = defineProblem(
  401,
  'invalid_credentials',
  'Login or password is wrong',
  'The same answer for an unknown login, a wrong password, an account that is not active and one that signs in by API token alone.',
);
export const InvalidRefreshToken = defineProblem(
  401,
  'invalid_refresh_token',
  'The refresh token is not valid',
  'It expired, was used before, or its session ended. A refresh token is good once; using an old one again ends its session. Sign in again.',
);
export const TokenNotFound = defineProblem(
  404,
  'token_not_found',
  'There is no such API token',
  'No token of this user has this id, or it was revoked; an expired one cannot be rotated.',
);
export const ScopeNotAllowed = defineProblem(
  422,
  'scope_not_allowed',
  'A scope is beyond what the owner may do',
  'A token can never do more than its owner: viewers have read scopes alone, and `admin` is for admins.',
);
export const InvalidExpiry = defineProblem(
  422,
  'invalid_expiry',
  'The expiry is not possible',
  '`expiresAt` must be in the future, and a year from now at the latest.',
);
export const SessionNotFound = defineProblem(
  404,
  'session_not_found',
  'There is no such session',
  'No session of yours that has not ended has this id.',
);
export const InvalidLink = defineProblem(
  401,
  'invalid_link',
  'The link is not valid',
  'It expired, was used, was replaced by a later one, or is not complete. Ask for a new one.',
);
export const RegistrationClosed = defineProblem(
  403,
  'registration_closed',
  'Registration is closed',
  'Accounts of this installation are made by its administrators.',
);
