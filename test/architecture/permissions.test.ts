import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERMISSIONS, type Permission, type PermissionRule } from '../../apps/api/src/auth/permissions';
import { itemsOf } from '../support/client';
import { SCENARIOS } from '../support/routes/scenarios';
import { RouteSession } from '../support/routes/session';
import type { Role } from '../support/routes/world';

const KEYS = Object.keys(SCENARIOS);
const ROLES: readonly Role[] = ['viewer', 'user', 'agent', 'admin'];

/** Who may call which route, by the tables of docs/permissions.md. */
function rolesByRoute(): Map<string, Role[]> {
  const document = readFileSync(join(__dirname, '../../docs/permissions.md'), 'utf8');
  const [, routes = ''] = document.split('## Routes');
  const tables = routes
    .split('### ')
    .slice(1)
    .map((section) => section.split('\n').filter((line) => line.startsWith('|')));
  const cells = (line = '') => line.split('|').map((cell) => cell.trim());
  const rows = tables.flatMap(([head, , ...lines]) =>
    lines.map((line) => ({ head: cells(head), row: cells(line) })),
  );
  return new Map(
    rows.map(({ head, row }) => [
      (row[1] ?? '').replaceAll('`', ''),
      ROLES.filter((role) => row[head.indexOf(role)] === 'yes'),
    ]),
  );
}

/** What a rule on the object answers to a `user` who has no part in it, and to an admin. */
const OWNERSHIP: Partial<Record<Permission, { readonly stranger: number; readonly admin: number }>> = {
  'tasks.update': { stranger: 403, admin: 200 },
  'tasks.delete': { stranger: 403, admin: 204 },
  'tasks.restore': { stranger: 404, admin: 200 },
  'messages.update': { stranger: 403, admin: 403 },
  'messages.delete': { stranger: 403, admin: 204 },
  'attachments.delete': { stranger: 403, admin: 204 },
};

/** Rules on the object that ask something else than whose it is: the tests of their modules have them. */
const OTHER_RULES: readonly Permission[] = [
  'attachments.create',
  'features.transition',
  'events.read',
  'users.read',
  'profile.update',
];

describe('the permissions', () => {
  const documented = rolesByRoute();
  let session: RouteSession;

  beforeAll(async () => {
    session = await RouteSession.start();
  });
  afterAll(() => session.close());

  const permissionOf = (key: string) => session.operation(key)['x-permission'];

  it.each(KEYS)('let those call %s who may, nobody else, and each answer is as documented', async (key) => {
    for (const role of ROLES) {
      const { client, call } = await session.prepare(key, role);
      const answer = await session.send(client, key, call);
      const allowed = documented.get(key)?.includes(role);
      const outcome = answer.status < 300 ? 'success' : answer.text;
      expect([role, outcome]).toEqual([role, allowed ? 'success' : expect.stringContaining('"forbidden"')]);
      expect(session.schemas.problemsOf(session.operation(key), answer)).toEqual([]);
      if (answer.text.startsWith('{"items":')) expect(itemsOf(answer)).not.toHaveLength(0);
    }
  });

  it.each(KEYS)('let nobody call %s without credentials, unless it is public', async (key) => {
    const { call } = await session.prepare(key);
    const answer = await session.send(session.app.anonymous, key, call);
    if (session.operation(key)['x-public']) {
      expect(answer.status).toBeLessThan(300);
      return;
    }
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(session.schemas.problemsOf(session.operation(key), answer)).toEqual([]);
  });

  it('have every rule on the object tested', () => {
    const rules = Object.entries<PermissionRule>(PERMISSIONS).filter(
      ([, { object }]) => object !== undefined,
    );
    const tested = [...Object.keys(OWNERSHIP), ...OTHER_RULES];
    expect(rules.map(([name]) => name).toSorted()).toEqual(tested.toSorted());
  });

  const owned = () => KEYS.filter((key) => (permissionOf(key)?.name ?? '') in OWNERSHIP);

  it('keep what somebody owns from others', async () => {
    for (const key of owned()) {
      const expected = OWNERSHIP[permissionOf(key)?.name as Permission];
      const { user, admin } = session.world.users;
      for (const [by, status] of [
        [session.world.stranger, expected?.stranger],
        [admin, expected?.admin],
      ] as const) {
        const call = await session.scenario(key).prepare(session.world, user);
        const answer = await session.send(session.app.as(by), key, call);
        expect([key, answer.status]).toEqual([key, status]);
      }
    }
  });

  it('let the assignee change a task, but not delete it', async () => {
    const { world, app } = session;
    const assignedTo = world.stranger.id;
    const id = await world.make(world.users.user, '/tasks', { title: 'A task', assignedTo });
    const assignee = app.as(world.stranger);
    expect((await assignee.patch(`/tasks/${id}`, { status: 'completed' })).status).toBe(200);
    expect((await assignee.delete(`/tasks/${id}`)).status).toBe(403);
  });

  it('tell nobody but admins the emails of others', async () => {
    const { world, app } = session;
    for (const role of ROLES) {
      const read = await app.as(world.users[role]).get(`/users/${world.stranger.id}`);
      expect([role, 'email' in (read.body as object)]).toEqual([role, role === 'admin']);
    }
  });
});
