import { statement } from '@app/database';
import { AccountLinksService } from '../../../apps/api/src/auth/account-links.service';
import { SessionsService } from '../../../apps/api/src/auth/sessions.service';
import { SetupService } from '../../../apps/api/src/setup/setup.service';
import { plain, type Scenarios } from './scenario';
import { idOf, type World } from './world';
import type { TestUser } from '../app';

const login = async (world: World, user: { username: string; password: string }) => {
  const answer = await world.app.anonymous.post('/auth/login', {
    login: user.username,
    password: user.password,
  });
  return answer.body;
};

/** Structural tests ask more often than anybody may. */
const forgetAttempts = ({ app }: World) => app.database.query(statement('DELETE FROM rate_limits'));

const TOKEN = { name: 'script', scopes: ['tasks:read'] };

const newToken = () => ({ ...TOKEN, expiresAt: new Date(Date.now() + 24 * 3600 * 1000).toISOString() });

const tokenOf = async ({ app }: World, user: TestUser) =>
  idOf(await app.as(user).post('/auth/tokens', newToken()));

const newUser = async (world: World) => (await world.app.newUser()).id;

/** Health, sign-in, users and events. */
export const ACCOUNT_SCENARIOS: Scenarios = {
  'GET /health/live': plain('//health/live'),
  'GET /health/ready': plain('//health/ready'),
  'POST /api/v1/setup': {
    prepare: async (world) => {
      await world.suspendAdmins();
      const preparation = await world.app.get(SetupService).prepare();
      const token = preparation.admin === 'missing' ? preparation.link.split('#token=')[1] : undefined;
      const username = world.unique();
      return {
        path: '/setup',
        body: { token, username, email: `${username}@example.org`, password: 'a good one' },
      };
    },
  },
  'POST /api/v1/auth/login': {
    prepare: ({ stranger }) => ({
      path: '/auth/login',
      body: { login: stranger.username, password: stranger.password },
    }),
  },
  'POST /api/v1/auth/refresh': {
    prepare: async (world) => {
      const { refreshToken } = await login(world, world.stranger);
      return { path: '/auth/refresh', body: { refreshToken } };
    },
  },
  'POST /api/v1/auth/register': {
    prepare: async (world) => {
      await forgetAttempts(world);
      const username = world.unique();
      return { path: '/auth/register', body: { username, email: `${username}@example.org` } };
    },
  },
  'POST /api/v1/auth/password/forgot': {
    prepare: async (world) => {
      await forgetAttempts(world);
      return { path: '/auth/password/forgot', body: { email: world.stranger.email } };
    },
  },
  'POST /api/v1/auth/password/reset': {
    prepare: async (world) => {
      await forgetAttempts(world);
      const { app } = world;
      const userId = await newUser(world);
      const link = await app.get(AccountLinksService).issue(app.database, 'password_reset', userId);
      const token = link.split('#token=')[1];
      return { path: '/auth/password/reset', body: { token, newPassword: 'another good one' } };
    },
  },
  'POST /api/v1/auth/logout': { ...plain('/auth/logout'), consumesActor: true },
  'POST /api/v1/auth/logout-all': { ...plain('/auth/logout-all'), consumesActor: true },
  'GET /api/v1/auth/sessions': plain('/auth/sessions'),
  'DELETE /api/v1/auth/sessions/{id}': {
    prepare: async ({ app }, actor) => {
      const device = { ip: '127.0.0.1', userAgent: undefined };
      const { sessionId } = await app.get(SessionsService).open(app.database, actor.id, device);
      return { path: `/auth/sessions/${sessionId}` };
    },
  },
  'GET /api/v1/auth/tokens': {
    prepare: async (world, actor) => {
      await tokenOf(world, actor);
      return { path: '/auth/tokens' };
    },
  },
  'POST /api/v1/auth/tokens': { prepare: () => ({ path: '/auth/tokens', body: newToken() }) },
  'DELETE /api/v1/auth/tokens/{id}': {
    prepare: async (world, actor) => ({ path: `/auth/tokens/${await tokenOf(world, actor)}` }),
  },
  'POST /api/v1/auth/tokens/{id}/rotate': {
    prepare: async (world, actor) => ({
      path: `/auth/tokens/${await tokenOf(world, actor)}/rotate`,
      body: { overlapSeconds: 60 },
    }),
  },
  'GET /api/v1/users/{id}/tokens': {
    prepare: async (world) => {
      await tokenOf(world, world.stranger);
      return { path: `/users/${world.stranger.id}/tokens` };
    },
  },
  'POST /api/v1/users/{id}/tokens': {
    prepare: ({ stranger }) => ({ path: `/users/${stranger.id}/tokens`, body: newToken() }),
  },
  'DELETE /api/v1/users/{id}/tokens/{tokenId}': {
    prepare: async (world) => ({
      path: `/users/${world.stranger.id}/tokens/${await tokenOf(world, world.stranger)}`,
    }),
  },
  'GET /api/v1/users': plain('/users'),
  'POST /api/v1/users': {
    prepare: (world) => {
      const username = world.unique();
      return { path: '/users', body: { username, email: `${username}@example.org` } };
    },
  },
  'GET /api/v1/users/me': plain('/users/me'),
  'PATCH /api/v1/users/me': {
    prepare: (world) => ({ path: '/users/me', body: { username: world.unique() } }),
    consumesActor: true,
  },
  'PUT /api/v1/users/me/password': {
    prepare: (_world, { password }) => ({
      path: '/users/me/password',
      body: { currentPassword: password, newPassword: 'another good password' },
    }),
    consumesActor: true,
  },
  'GET /api/v1/users/{id}': { prepare: ({ stranger }) => ({ path: `/users/${stranger.id}` }) },
  'PATCH /api/v1/users/{id}': {
    prepare: async (world) => ({ path: `/users/${await newUser(world)}`, body: { status: 'suspended' } }),
  },
  'DELETE /api/v1/users/{id}': {
    prepare: async (world) => ({ path: `/users/${await newUser(world)}` }),
  },
  'POST /api/v1/users/{id}/logout': {
    prepare: async (world) => ({ path: `/users/${await newUser(world)}/logout` }),
  },
  'POST /api/v1/users/{id}/password-reset': {
    prepare: async (world) => ({ path: `/users/${await newUser(world)}/password-reset` }),
  },
  'GET /api/v1/events': plain('/events'),
  'GET /api/v1/auth/audit': plain('/auth/audit'),
};
