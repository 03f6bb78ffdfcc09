import type { TestUser } from '../app';
import type { Scenario, Scenarios } from './scenario';
import type { World } from './world';

/** A form as browsers send it: the fields first, then the file. */
function upload(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob(['What the file holds'], { type: 'text/plain' }), 'notes.txt');
  return form;
}

/** A route below an attachment of a task. */
function ofAttachment(below = ''): Scenario {
  return {
    prepare: async (world, actor) => {
      const id = await attached(world, actor, { taskId: await world.task(actor) });
      return { path: `/attachments/${id}${below}` };
    },
  };
}

function attached(world: World, actor: TestUser, to: Record<string, string>): Promise<string> {
  return world.make(actor, '/attachments', upload(to));
}

/** Tasks, messages and attachments. */
export const WORK_SCENARIOS: Scenarios = {
  'GET /api/v1/tasks': {
    prepare: async (world, actor) => {
      await world.task(actor);
      return { path: '/tasks' };
    },
  },
  'GET /api/v1/tasks/export': {
    prepare: async (world, actor) => {
      await world.task(actor);
      return { path: '/tasks/export' };
    },
  },
  'POST /api/v1/tasks': {
    prepare: (_world, { id }) => ({
      path: '/tasks',
      body: {
        title: 'A task',
        description: 'More about it',
        status: 'in_progress',
        priority: 3,
        assignedTo: id,
        dueDate: '2030-01-02T03:04:05.678901Z',
      },
    }),
  },
  'GET /api/v1/tasks/{id}': {
    prepare: async (world, actor) => ({ path: `/tasks/${await world.task(actor)}` }),
  },
  'PATCH /api/v1/tasks/{id}': {
    prepare: async (world, actor) => ({
      path: `/tasks/${await world.task(actor)}`,
      body: { title: 'Another title', dueDate: null },
    }),
  },
  'DELETE /api/v1/tasks/{id}': {
    prepare: async (world, actor) => ({ path: `/tasks/${await world.task(actor)}` }),
  },
  'POST /api/v1/tasks/{id}/restore': {
    prepare: async (world, actor) => {
      const id = await world.task(actor);
      await world.as(world.maker(actor)).delete(`/tasks/${id}`);
      return { path: `/tasks/${id}/restore` };
    },
  },
  'GET /api/v1/tasks/{id}/messages': {
    prepare: async (world, actor) => {
      const taskId = await world.task(actor);
      await world.make(actor, '/messages', { content: 'About the task', taskId });
      return { path: `/tasks/${taskId}/messages` };
    },
  },
  'GET /api/v1/messages': {
    prepare: async (world, actor) => {
      await world.message(actor);
      return { path: '/messages' };
    },
  },
  'POST /api/v1/messages': {
    prepare: async (world, actor) => ({
      path: '/messages',
      body: { content: 'A message', type: 'markdown', taskId: await world.task(actor) },
    }),
  },
  'GET /api/v1/messages/{id}': {
    prepare: async (world, actor) => ({ path: `/messages/${await world.message(actor)}` }),
  },
  'PATCH /api/v1/messages/{id}': {
    prepare: async (world, actor) => ({
      path: `/messages/${await world.message(actor)}`,
      body: { content: 'Other words' },
    }),
  },
  'DELETE /api/v1/messages/{id}': {
    prepare: async (world, actor) => ({ path: `/messages/${await world.message(actor)}` }),
  },
  'GET /api/v1/attachments': {
    prepare: async (world, actor) => {
      await attached(world, actor, { taskId: await world.task(actor) });
      return { path: '/attachments' };
    },
  },
  'POST /api/v1/attachments': {
    prepare: async (world, actor) => ({
      path: '/attachments',
      body: upload({ taskId: await world.task(actor) }),
    }),
  },
  'GET /api/v1/attachments/{id}': ofAttachment(),
  'GET /api/v1/attachments/{id}/content': ofAttachment('/content'),
  'DELETE /api/v1/attachments/{id}': ofAttachment(),
  'GET /api/v1/tasks/{id}/attachments': {
    prepare: async (world, actor) => {
      const taskId = await world.task(actor);
      await attached(world, actor, { taskId });
      return { path: `/tasks/${taskId}/attachments` };
    },
  },
  'GET /api/v1/messages/{id}/attachments': {
    prepare: async (world, actor) => {
      const messageId = await world.message(actor);
      await attached(world, actor, { messageId });
      return { path: `/messages/${messageId}/attachments` };
    },
  },
};
