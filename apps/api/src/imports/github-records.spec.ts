import { emailFor, GHOST, readComment, readIssue, usernamesFor } from './github-records';

const USER = { id: 7, login: 'octo', type: 'User' };

const ISSUE = {
  id: 1,
  number: 12,
  url: 'https://api.github.com/repos/Our/Repo/issues/12',
  title: 'A title',
  body: 'text',
  state: 'open',
  state_reason: null,
  user: USER,
  assignee: null,
  created_at: '2024-01-02T03:04:05Z',
  updated_at: '2024-01-03T03:04:05Z',
  closed_at: null,
};

const COMMENT = {
  id: 2,
  issue_url: 'https://api.github.com/repos/our/repo/issues/12',
  body: 'words',
  user: USER,
  created_at: '2024-01-02T03:04:05Z',
  updated_at: '2024-01-02T03:04:05Z',
};

const CLOSED = { ...ISSUE, state: 'closed', closed_at: '2024-02-03T04:05:06Z' };

describe('an issue', () => {
  it('becomes a task with its own times', () => {
    expect(readIssue(ISSUE)).toEqual({
      record: {
        id: 1,
        address: 'https://api.github.com/repos/our/repo/issues/12',
        title: 'A title',
        description: 'text',
        status: 'pending',
        createdAt: '2024-01-02T03:04:05Z',
        updatedAt: '2024-01-03T03:04:05Z',
        completedAt: null,
        creator: { id: 7, login: 'octo' },
        assignee: null,
      },
    });
  });

  it.each([
    ['completed', 'completed', '2024-02-03T04:05:06Z'],
    [null, 'completed', '2024-02-03T04:05:06Z'],
    ['not_planned', 'cancelled', null],
    ['duplicate', 'cancelled', null],
  ])('closed for the reason %s is %s', (state_reason, status, completedAt) => {
    expect(readIssue({ ...CLOSED, state_reason })).toMatchObject({ record: { status, completedAt } });
  });

  it('of a deleted account is the ghost’s', () => {
    expect(readIssue({ ...ISSUE, user: null })).toMatchObject({ record: { creator: GHOST } });
  });

  it('keeps a title of 255 characters, and cuts a longer one without losing it', () => {
    const fits = '🚀'.repeat(255);
    expect(readIssue({ ...ISSUE, title: fits })).toMatchObject({
      record: { title: fits, description: 'text' },
    });
    const long = '🚀'.repeat(256);
    const title = `${'🚀'.repeat(254)}…`;
    expect(readIssue({ ...ISSUE, title: long })).toMatchObject({
      record: { title, description: `${long}\n\ntext` },
    });
    expect(readIssue({ ...ISSUE, title: long, body: null })).toMatchObject({ record: { description: long } });
  });

  it('replaces what no text in the database can hold', () => {
    const read = readIssue({ ...ISSUE, title: 'a\0b', body: 'c\ud800d' });
    expect(read).toMatchObject({ record: { title: 'a\uFFFDb', description: 'c\uFFFDd' } });
  });

  it.each([
    ['id', undefined, 'id: missing'],
    ['id', '1', 'id: '],
    ['id', 2 ** 53, 'id: '],
    ['title', undefined, 'title: missing'],
    ['title', '  ', 'title: must not be blank'],
    ['title', 5, 'title: '],
    ['body', {}, 'body: '],
    ['state', 'gone', 'state: '],
    ['url', null, 'url: '],
    ['user', undefined, 'user: missing'],
    ['user', { login: 'octo' }, 'user.id: missing'],
    ['user', { id: 7, login: 'x'.repeat(256) }, 'user.login: '],
    ['assignee', 'octo', 'assignee: '],
    ['created_at', '2024-02-30T00:00:00Z', 'created_at: must be'],
    ['updated_at', 'yesterday', 'updated_at: must be'],
  ])('is refused when its %s is %j', (field, value, reason) => {
    expect(readIssue({ ...ISSUE, [field]: value })).toEqual({ reason: expect.stringContaining(reason) });
  });

  it('is refused when it is closed without a time, or no object', () => {
    expect(readIssue({ ...CLOSED, closed_at: null })).toEqual({
      reason: 'closed_at: a closed issue has one',
    });
    for (const value of [null, 5, 'x', []]) expect(readIssue(value)).toHaveProperty('reason');
  });
});

describe('a comment', () => {
  it('becomes a message, edited where it was changed', () => {
    const record = {
      id: 2,
      issue: 'https://api.github.com/repos/our/repo/issues/12',
      content: 'words',
      status: 'sent',
      createdAt: '2024-01-02T03:04:05Z',
      updatedAt: '2024-01-02T03:04:05Z',
      sender: { id: 7, login: 'octo' },
    };
    expect(readComment(COMMENT)).toEqual({ record });
    const changed = { ...COMMENT, updated_at: '2024-01-02T03:04:06Z' };
    expect(readComment(changed)).toEqual({
      record: { ...record, status: 'edited', updatedAt: '2024-01-02T03:04:06Z' },
    });
  });

  it.each([
    ['body', null],
    ['body', ' \n'],
    ['issue_url', undefined],
    ['created_at', 5],
  ])('is refused when its %s is %j', (field, value) => {
    expect(readComment({ ...COMMENT, [field]: value })).toEqual({
      reason: expect.stringMatching(new RegExp(`^${field}: `)),
    });
  });
});

describe('a person', () => {
  it('keeps the login where it can be a username', () => {
    expect(usernamesFor({ id: 9, login: 'octo' })).toEqual(['octo', 'octo-9', 'github-9']);
    expect(usernamesFor({ id: 9, login: 'a-b[bot]' })).toEqual(['a-b[bot]', 'a-b[bot]-9', 'github-9']);
    for (const login of ['a@b', 'a\u0007', ' a', 'x'.repeat(201), 'erased-5']) {
      expect(usernamesFor({ id: 9, login })).toEqual(['github-9']);
    }
    expect(emailFor({ id: 9 })).toBe('github-9@users.invalid');
  });
});
