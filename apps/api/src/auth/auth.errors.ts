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
