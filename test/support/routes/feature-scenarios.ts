import type { TestUser } from '../app';
import type { Call, Scenario, Scenarios } from './scenario';
import type { World } from './world';

const USAGE = { provider: 'anthropic', model: 'claude', inputTokens: 10, outputTokens: 5, currency: 'USD' };

/** A route below a feature that the actor made, or that was made in their stead. */
function ofFeature(below = '', body?: unknown): Scenario {
  return {
    prepare: async (world, actor) => ({ path: `/features/${await world.feature(actor)}${below}`, body }),
  };
}

/** A route below a feature whose metrics are known. */
function ofMeasured(below: string): Scenario {
  return {
    prepare: async (world, actor) => {
      const path = `/features/${await world.feature(actor)}`;
      await world.as(world.maker(actor)).put(`${path}/metrics`, { linesOfCode: 1 });
      return { path: `${path}${below}` };
    },
  };
}

/** A route about what features went through: one that was reopened, and cost something. */
function completed(path: string): Scenario {
  return {
    prepare: async (world, actor) => {
      const feature = `/features/${await world.feature(actor)}`;
      const client = world.as(world.maker(actor));
      for (const toStage of ['review', 'completed', 'testing']) {
        await client.post(`${feature}/transitions`, { toStage });
      }
      await client.post(`${feature}/token-usage`, { ...USAGE, cost: 1.5 });
      return { path };
    },
  };
}

async function dependency(world: World, actor: TestUser): Promise<Call> {
  const [id, dependsOnId] = [await world.feature(actor), await world.feature(actor)];
  return { path: `/features/${id}/dependencies/${dependsOnId}`, body: { type: 'finish_to_finish' } };
}

async function madeDependency(world: World, actor: TestUser): Promise<string> {
  const { path, body } = await dependency(world, actor);
  await world.as(world.maker(actor)).put(path, body);
  return path;
}

async function link(world: World, actor: TestUser): Promise<Call> {
  return { path: `/features/${await world.feature(actor)}/tasks/${await world.task(actor)}` };
}

async function madeLink(world: World, actor: TestUser): Promise<string> {
  const { path } = await link(world, actor);
  await world.as(world.maker(actor)).put(path);
  return path;
}

/** Features, their stages, metrics and dependencies. */
export const FEATURE_SCENARIOS: Scenarios = {
  'GET /api/v1/features': {
    prepare: async (world, actor) => {
      await world.feature(actor);
      return { path: '/features' };
    },
  },
  'POST /api/v1/features': {
    prepare: () => ({
      path: '/features',
      body: {
        name: 'A feature',
        description: 'What it does',
        completionPercentage: 12.5,
        estimatedCompletion: '2030-01-02T03:04:05.678901Z',
      },
    }),
  },
  ...Object.fromEntries(
    ['cycle-time', 'flow', 'throughput', 'aging', 'flow-efficiency', 'rework', 'cost'].map((name) => [
      `GET /api/v1/features/analytics/${name}`,
      completed(`/features/analytics/${name}`),
    ]),
  ),
  'GET /api/v1/features/graph': {
    prepare: async (world, actor) => {
      await madeDependency(world, actor);
      return { path: '/features/graph' };
    },
  },
  'GET /api/v1/features/{id}': ofFeature(),
  'PATCH /api/v1/features/{id}': ofFeature('', { name: 'Another name', completionPercentage: null }),
  'DELETE /api/v1/features/{id}': ofFeature(),
  'GET /api/v1/features/{id}/transitions': ofFeature('/transitions'),
  'POST /api/v1/features/{id}/transitions': ofFeature('/transitions', {
    toStage: 'design',
    fromStage: 'planning',
    note: 'Why it moves',
  }),
  'GET /api/v1/features/{id}/metrics': ofMeasured('/metrics'),
  'GET /api/v1/features/{id}/metrics/history': ofMeasured('/metrics/history'),
  'PUT /api/v1/features/{id}/metrics': ofFeature('/metrics', {
    linesOfCode: 10,
    testCoverage: 87.5,
    modifiedFiles: ['src/a.ts'],
    newFiles: [],
  }),
  'POST /api/v1/features/{id}/metrics/ingest': ofFeature('/metrics/ingest?commit=4711', {
    linesOfCode: 10,
    modifiedFiles: ['src/a.ts'],
    newFiles: [],
    linesFound: 10,
    linesHit: 5,
    inputTokens: 10,
    outputTokens: 5,
    cachedTokens: 5,
    model: 'claude',
    provider: 'anthropic',
    cost: 0.25,
    currency: 'USD',
  }),
  'DELETE /api/v1/features/{id}/metrics': ofMeasured('/metrics'),
  'GET /api/v1/features/{id}/token-usage': {
    prepare: async (world, actor) => {
      const path = `/features/${await world.feature(actor)}/token-usage`;
      await world.as(world.maker(actor)).post(path, USAGE);
      return { path };
    },
  },
  'POST /api/v1/features/{id}/token-usage': ofFeature('/token-usage', {
    ...USAGE,
    cachedTokens: 10,
    cost: 0.25,
    stage: 'design',
  }),
  'GET /api/v1/features/{id}/tasks': {
    prepare: async (world, actor) => {
      const path = await madeLink(world, actor);
      return { path: path.slice(0, path.lastIndexOf('/')) };
    },
  },
  'PUT /api/v1/features/{id}/tasks/{taskId}': { prepare: link },
  'DELETE /api/v1/features/{id}/tasks/{taskId}': {
    prepare: async (world, actor) => ({ path: await madeLink(world, actor) }),
  },
  'GET /api/v1/features/{id}/dependencies': {
    prepare: async (world, actor) => {
      const path = await madeDependency(world, actor);
      return { path: path.slice(0, path.lastIndexOf('/')) };
    },
  },
  'PUT /api/v1/features/{id}/dependencies/{dependsOnId}': { prepare: dependency },
  'DELETE /api/v1/features/{id}/dependencies/{dependsOnId}': {
    prepare: async (world, actor) => ({ path: await madeDependency(world, actor) }),
  },
};
