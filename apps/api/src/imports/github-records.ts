import { z } from 'zod';
import { isTimestamp } from '../common/fields/timestamp';
import type { MessageStatus } from '../messages/message.entity';
import type { TaskStatus } from '../tasks/task.entity';

export interface GithubPerson {
  readonly id: number;
  readonly login: string;
}

/** An issue or pull request, as the task that it becomes. */
export interface GithubIssue {
  readonly id: number;
  /** What its comments call it: the address in the API, in lower case. */
  readonly address: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: TaskStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly completedAt: string | null;
  readonly creator: GithubPerson;
  readonly assignee: GithubPerson | null;
}

/** A comment on an issue or pull request, as the message that it becomes. */
export interface GithubComment {
  readonly id: number;
  /** `address` of the issue. */
  readonly issue: string;
  readonly content: string;
  readonly status: MessageStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly sender: GithubPerson;
}

/** GitHub's own stand-in for accounts that were deleted. */
export const GHOST: GithubPerson = { id: 10137, login: 'ghost' };

const MAX_TITLE = 255;
/** State reasons of an issue that was closed without being done. */
const NOT_DONE = ['not_planned', 'duplicate'];

const id = z.int().positive();
const moment = z.string().refine(isTimestamp, 'must be an RFC 3339 date and time');
// PostgreSQL has no U+0000 in text, and half a surrogate pair is no character.
const text = z.string().transform((given) => given.toWellFormed().replaceAll('\0', '\uFFFD'));
const filled = text.refine((given) => given.trim() !== '', 'must not be blank');
const address = z
  .string()
  .max(2000)
  .transform((url) => url.toLowerCase());
const person = z.object({ id, login: filled.pipe(z.string().max(255)) });

const issue = z
  .object({
    ...{ id, url: address, title: filled, body: text.nullish(), state: z.enum(['open', 'closed']) },
    state_reason: z.string().nullish(),
    user: person.nullable(),
    assignee: person.nullish(),
    ...{ created_at: moment, updated_at: moment, closed_at: moment.nullish() },
  })
  .refine(({ state, closed_at }) => state === 'open' || closed_at, {
    path: ['closed_at'],
    message: 'a closed issue has one',
  })
  .transform((given): GithubIssue => {
    const status = statusOf(given.state, given.state_reason);
    return {
      id: given.id,
      address: given.url,
      ...shortened(given.title, given.body ?? null),
      status,
      createdAt: given.created_at,
      updatedAt: given.updated_at,
      completedAt: status === 'completed' ? (given.closed_at ?? null) : null,
      creator: given.user ?? GHOST,
      assignee: given.assignee ?? null,
    };
  });

const comment = z
  .object({
    ...{ id, issue_url: address, body: filled, user: person.nullable() },
    ...{ created_at: moment, updated_at: moment },
  })
  .transform((given): GithubComment => {
    const edited = Date.parse(given.created_at) !== Date.parse(given.updated_at);
    return {
      id: given.id,
      issue: given.issue_url,
      content: given.body,
      status: edited ? 'edited' : 'sent',
      createdAt: given.created_at,
      updatedAt: given.updated_at,
      sender: given.user ?? GHOST,
    };
  });

export type Read<T> = { readonly record: T } | { readonly reason: string };

/** One element of `GET /repos/:owner/:repo/issues`, or the reason why it is none. */
export function readIssue(value: unknown): Read<GithubIssue> {
  return read(issue, value);
}

/** One element of `GET /repos/:owner/:repo/issues/comments`, or the reason why it is none. */
export function readComment(value: unknown): Read<GithubComment> {
  return read(comment, value);
}

function read<T>(schema: z.ZodType<T>, value: unknown): Read<T> {
  const result = schema.safeParse(value, {
    error: ({ input }) => (input === undefined ? 'missing' : undefined),
  });
  if (result.success) return { record: result.data };
  const reasons = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return { reason: reasons.join('; ') };
}

function statusOf(state: 'open' | 'closed', reason: string | null | undefined): TaskStatus {
  if (state === 'open') return 'pending';
  return NOT_DONE.includes(reason ?? '') ? 'cancelled' : 'completed';
}

/** A title longer than a task's is cut, and stands whole before the description. */
function shortened(title: string, body: string | null): { title: string; description: string | null } {
  const characters = [...title];
  if (characters.length <= MAX_TITLE) return { title, description: body };
  const cut = `${characters.slice(0, MAX_TITLE - 1).join('')}…`;
  return { title: cut, description: body === null ? title : `${title}\n\n${body}` };
}

/** Some of what a username may hold: all that GitHub has ever given out, bots' names among it. */
const USABLE_LOGIN = /^(?!erased-)[\w[\].-]{1,200}$/i;

/** What somebody may be called here, the best first: the plain login may belong to somebody else. */
export function usernamesFor({ id: number, login }: GithubPerson): string[] {
  const plain = USABLE_LOGIN.test(login) ? [login, `${login}-${number}`] : [];
  return [...plain, `github-${number}`];
}

export function emailFor({ id: number }: Pick<GithubPerson, 'id'>): string {
  return `github-${number}@users.invalid`;
}
