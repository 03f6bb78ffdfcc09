import { type Permission, PERMISSIONS, type Role, ruleOf } from './permissions';

const ROLES: readonly Role[] = ['viewer', 'user', 'agent', 'admin'];

/** A route as the document of permissions names it; `permission` is undefined for public ones. */
export interface GuardedRoute {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly permission: Permission | undefined;
}

/** docs/permissions.md: the matrix of `PERMISSIONS`, and which route asks for what. */
export function describePermissions(routes: readonly GuardedRoute[]): string {
  const byTag = [...Map.groupBy(routes, ({ tag }) => tag)];
  return [
    INTRODUCTION,
    '## Permissions\n',
    table(
      ['Permission', ...ROLES, 'On the object', 'Scope of an API token'],
      Object.keys(PERMISSIONS).map((name) => permissionRow(name as Permission)),
    ),
    '## Routes\n',
    ...byTag.flatMap(([tag, group]) => [
      `### ${tag}\n`,
      table(['Route', 'What it does', 'Permission', ...ROLES, 'On the object'], group.map(routeRow)),
    ]),
  ].join('\n');
}

const INTRODUCTION = `# Who may do what

Generated from \`apps/api/src/auth/permissions.ts\` and the routes by
\`UPDATE_DOCS=1 npm run test:only -- test/architecture/docs\`; a test fails when it is stale, and another walks every route
with every role, by the tables below.

All active users of an installation are one team: what one of them may read, all may. \`agent\` is a machine account that
has API tokens and no password. A route that declares nothing is served to nobody.

- Without credentials, or with ones that are not valid: 401.
- With a role or a token that may not use the route at all: 403, whatever the object.
- What does not exist, was deleted, or is not visible: 404.
- What is visible, but not yours to change: 403.

A change of role or status holds from the next request on. "On the object" says what is asked beside the role; an admin is
named there wherever they are exempt from it.
`;

const mark = (roles: readonly string[]) => ROLES.map((role) => (roles.includes(role) ? 'yes' : 'no'));

function permissionRow(name: Permission): string[] {
  const { roles, object = '', scope } = ruleOf(name);
  return [`\`${name}\``, ...mark(roles), object, scope === null ? 'none: sessions only' : `\`${scope}\``];
}

function routeRow({ method, path, summary, permission }: GuardedRoute): string[] {
  const route = `\`${method} ${path}\``;
  if (permission === undefined) return [route, summary, 'public', ...mark(ROLES), ''];
  const { roles, object = '' } = ruleOf(permission);
  return [route, summary, `\`${permission}\``, ...mark(roles), object];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
