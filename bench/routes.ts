import type { Request } from 'autocannon';
import type { Subjects } from './seed';

type Kind = 'single' | 'list' | 'write' | 'login';

/** One thing that clients do, as a cycle of requests that differ in what they ask for. */
export interface Route {
  readonly name: string;
  readonly kind: Kind;
  readonly requests: readonly Request[];
}

const STATUSES = ['pending', 'in_progress', 'blocked', 'completed', 'cancelled'];
const QUERIES = [
  'parser session',
  'index',
  'export retry',
  'cursor',
  'stage report',
  'backup',
  'replica merge',
];

export function routes(subjects: Subjects): Route[] {
  const json = { 'content-type': 'application/json' };
  const get = (path: string): Request => ({ method: 'GET', path: `/api/v1${path}` });
  const send = (method: 'POST' | 'PATCH', path: string, body: object): Request => ({
    method,
    path: `/api/v1${path}`,
    headers: json,
    body: JSON.stringify(body),
  });
  const { tasks, users, features, ownTasks } = subjects;
  return [
    { name: 'task by id', kind: 'single', requests: tasks.map((id) => get(`/tasks/${id}`)) },
    {
      name: 'feature metrics',
      kind: 'single',
      requests: features.map((id) => get(`/features/${id}/metrics`)),
    },
    {
      name: 'tasks by status',
      kind: 'list',
      requests: STATUSES.map((status) => get(`/tasks?status=${status}`)),
    },
    { name: 'tasks by assignee', kind: 'list', requests: users.map((id) => get(`/tasks?assignedTo=${id}`)) },
    {
      name: 'tasks by text',
      kind: 'list',
      requests: QUERIES.map((q) => get(`/tasks?q=${encodeURIComponent(q)}`)),
    },
    { name: 'messages of a task', kind: 'list', requests: tasks.map((id) => get(`/tasks/${id}/messages`)) },
    {
      name: 'create a task',
      kind: 'write',
      requests: STATUSES.map((status, i) =>
        send('POST', '/tasks', { title: `New ${i}`, status, priority: i % 5 }),
      ),
    },
    {
      name: 'change a task',
      kind: 'write',
      requests: ownTasks.map((id, i) => send('PATCH', `/tasks/${id}`, { title: `Renamed ${i}` })),
    },
    {
      name: 'post a message',
      kind: 'write',
      requests: tasks.map((taskId) => send('POST', '/messages', { content: 'A remark', taskId })),
    },
  ];
}

export function login({ login: body }: Subjects): Route {
  const headers = { 'content-type': 'application/json' };
  const request: Request = {
    method: 'POST',
    path: '/api/v1/auth/login',
    headers,
    body: JSON.stringify(body),
  };
  return { name: 'login', kind: 'login', requests: [request] };
}
