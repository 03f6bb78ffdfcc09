import { defineProblem } from './problem';

export const ValidationFailed = defineProblem(
  400,
  'validation_failed',
  'The request is not valid',
  'Each entry of `errors` names one part of the request: where it stands (`in`, `pointer`), a stable `code`, and what is wrong. Nothing was written.',
);
export const MalformedBody = defineProblem(
  400,
  'malformed_body',
  'The body is not well-formed',
  'The body could not be read as the media type that `Content-Type` names: broken JSON, nested deeper than 64 levels, or forbidden keys such as `__proto__`.',
);
export const InvalidCursorProblem = defineProblem(
  400,
  'invalid_cursor',
  'The cursor does not belong to this list',
  'A cursor is good for the list, sort and filters that answered it. Start again without `cursor`.',
);
export const Unauthenticated = defineProblem(
  401,
  'unauthenticated',
  'Credentials are missing or not valid',
  'Send `Authorization: Bearer <token>` with an access token from `POST /api/v1/auth/login` or an API token. Expired, revoked and altered tokens are answered alike.',
);
export const Forbidden = defineProblem(
  403,
  'forbidden',
  'You may not do this',
  'Your role, or your relation to the thing, does not allow it. `docs/permissions.md` has the table.',
);
export const InsufficientScope = defineProblem(
  403,
  'insufficient_scope',
  'The token lacks a scope',
  'The API token was made without the scope that this route needs; `scope` in `WWW-Authenticate` names it.',
);
export const NotFound = defineProblem(
  404,
  'not_found',
  'There is no such resource',
  'The path leads nowhere, or the thing is not visible to you.',
);
export const MethodNotAllowed = defineProblem(
  405,
  'method_not_allowed',
  'The method is not available here',
  '`Allow` lists the methods that this path answers.',
);
export const NotAcceptable = defineProblem(
  406,
  'not_acceptable',
  'No representation fits `Accept`',
  'The API answers `application/json` (problems: `application/problem+json`). Accept one of them, or leave the header out.',
);
export const PreconditionFailed = defineProblem(
  412,
  'precondition_failed',
  'The resource has changed',
  '`If-Match` names a version that is no longer the current one. Read the resource again, and repeat the change on what it is now.',
);
export const BodyTooLarge = defineProblem(
  413,
  'body_too_large',
  'The body is too large',
  'JSON bodies may have up to 1 MiB; files up to the size that the administrator set.',
);
export const UnsupportedMediaType = defineProblem(
  415,
  'unsupported_media_type',
  'The media type is not supported here',
  'Send `Content-Type: application/json` (PATCH also takes `application/merge-patch+json`; uploads take `multipart/form-data`).',
);
export const Conflict = defineProblem(
  409,
  'conflict',
  'The change conflicts with what is stored',
  'Another row already holds a value that must be unique, or something else still refers to this one.',
);
export const Unprocessable = defineProblem(
  422,
  'unprocessable',
  'The request is well-formed but breaks a rule',
  'What the request refers to does not exist or may not be used for this.',
);
export const TooManyRequests = defineProblem(
  429,
  'too_many_requests',
  'Too many requests',
  'Wait as many seconds as `Retry-After` says.',
);
export const InternalError = defineProblem(
  500,
  'internal_error',
  'The server failed',
  'The failure is in the log under the `requestId` of this answer. Nothing that the request began was kept.',
);
export const Unavailable = defineProblem(
  503,
  'unavailable',
  'The service is not available at the moment',
  'The database or the storage of files cannot be reached or is overloaded, or the server is shutting down. Nothing was written; repeat the request after `Retry-After` seconds.',
);
export const StorageFull = defineProblem(
  507,
  'storage_full',
  'There is no space left',
  'The disk of the database or of the files is full. Reading still works; an administrator has to make room.',
);
