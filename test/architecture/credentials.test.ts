import { statement } from '@app/database';
import { ApiTokensService } from '../../apps/api/src/auth/api-tokens.service';
import { type Permission, ruleOf, type Scope, SCOPES, scopesOf } from '../../apps/api/src/auth/permissions';
import type { TestUser } from '../support/app';
import { SCENARIOS } from '../support/routes/scenarios';
import { RouteSession } from '../support/routes/session';
import type { Role } from '../support/routes/world';

const KEYS = Object.keys(SCENARIOS);

/** Every route, by what the matrix of permissions.test.ts leaves out: people who are suspended, and API tokens. */
describe('the credentials of', () => {
  let session: RouteSession;
  let suspended: TestUser;

  beforeAll(async () => {
    session = await RouteSession.start();
    suspended = await session.app.newUser({ role: 'admin' });
    await session.app.database.query(statement(`UPDATE users SET status = 'suspended' WHERE id = $1`), [
      suspended.id,
    ]);
  });
  afterAll(() => session.close());

  const ruleFor = (key: string) => {
    const name = session.operation(key)['x-permission']?.name;
    return name === undefined ? undefined : ruleOf(name as Permission);
  };

  const using = async (owner: TestUser, role: Role, scopes: readonly Scope[]) => {
    const maker = { id: owner.id, role, sessionId: null, scopes: null, requestId: 'test' };
    const expiresAt = new Date(Date.now() + 3600_000).toISOString();
    const input = { name: 'test', scopes: [...scopes], expiresAt };
    const made = await session.app.get(ApiTokensService).create(maker, input);
    const { token } = JSON.parse(made) as { token: string };
    return session.app.as({ accessToken: token });
  };

  it.each(KEYS)('the suspended let nobody call %s, unless it is public', async (key) => {
    if (!ruleFor(key)) return;
    const { call } = await session.prepare(key);
    const answer = await session.send(session.app.as(suspended), key, call);
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it.each(KEYS)('an API token let it call %s by the one scope that this needs', async (key) => {
    const rule = ruleFor(key);
    if (!rule) return;
    const role: Role = rule.roles.includes('agent') ? 'agent' : 'admin';
    const actor = await session.actor(key, role);
    await session.world.reinstateAdmin();
    const call = await session.scenario(key).prepare(session.world, actor);
    const others = scopesOf(role).filter((scope) => scope !== rule.scope);
    const refused = await session.send(await using(actor, role, others), key, call);
    const code = rule.scope === null ? 'forbidden' : 'insufficient_scope';
    expect([refused.status, refused.body.code]).toEqual([403, code]);
    if (rule.scope === null) return;
    expect(refused.headers.get('www-authenticate')).toContain(`scope="${rule.scope}"`);
    const answer = await session.send(await using(actor, role, [rule.scope]), key, call);
    expect([key, answer.status < 300 ? 'success' : answer.text]).toEqual([key, 'success']);
  });

  it('a viewer read alone, whatever the scopes of their token', async () => {
    const { viewer } = session.world.users;
    const client = await using(viewer, 'admin', SCOPES);
    for (const key of KEYS.filter((each) => ruleFor(each)?.scope?.endsWith(':write'))) {
      const { call } = await session.prepare(key);
      expect([key, (await session.send(client, key, call)).status]).toEqual([key, 403]);
    }
  });
});
