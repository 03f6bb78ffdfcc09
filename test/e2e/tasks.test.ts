import { itemsOf } from '../support/client';
import { TestApp, type TestUser } from '../support/app';

describe('tasks', () => {
  let app: TestApp;
  let creator: TestUser;
  let assignee: TestUser;
  let other: TestUser;
  let admin: TestUser;
  let viewer: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    creator = await app.newUser();
    assignee = await app.newUser({ role: 'agent' });
    other = await app.newUser();
    admin = await app.newUser({ role: 'admin' });
    viewer = await app.newUser({ role: 'viewer' });
  });
  afterAll(() => app.close());

  const newTask = async (fields: object = {}) => {
    const made = await app
      .as(creator)
      .post('/tasks', { title: 'A task', assignedTo: assignee.id, ...fields });
    expect(made.status).toBe(201);
    return made.body.id;
  };

  it('keeps every field as it was given', async () => {
    const given = {
      title: '𝄞'.repeat(127) + 'é',
      description: 'Ünïcödé \u{1F680}\n',
      status: 'in_progress',
      priority: 4,
      assignedTo: assignee.id,
      dueDate: '2026-03-01T09:30:00.123456+00:00',
    };
    const made = await app.as(creator).post('/tasks', given);
    expect(made.status).toBe(201);
    const read = await app.as(viewer).get(`/tasks/${made.body.id}`);
    expect(read.body).toMatchObject({ ...given, createdBy: creator.id, completedAt: null });
    expect(read.text).toBe(made.text);
    expect(made.headers.get('location')).toBe(`/api/v1/tasks/${made.body.id}`);
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
  });

  it('fills in what is left out', async () => {
    const made = await app.as(creator).post('/tasks', { title: 'Bare' });
    expect(made.body).toMatchObject({
      description: null,
      status: 'pending',
      priority: 0,
      assignedTo: null,
      dueDate: null,
    });
  });

  it('sets completedAt when a task is completed, keeps it, and clears it when the task is reopened', async () => {
    const id = await newTask();
    const completed = await app.as(assignee).patch(`/tasks/${id}`, { status: 'completed' });
    expect(completed.body.completedAt).toMatch(/^\d{4}-/);
    const again = await app.as(assignee).patch(`/tasks/${id}`, { status: 'completed', priority: 1 });
    expect(again.body.completedAt).toBe(completed.body.completedAt);
    const reopened = await app.as(assignee).patch(`/tasks/${id}`, { status: 'pending' });
    expect(reopened.body.completedAt).toBeNull();
    expect(
      (await app.as(creator).post('/tasks', { title: 'Done', status: 'completed' })).body.completedAt,
    ).not.toBeNull();
  });

  it('is changed by its creator, its assignee and admins, and by nobody else', async () => {
    const id = await newTask();
    for (const user of [creator, assignee, admin]) {
      expect((await app.as(user).patch(`/tasks/${id}`, { title: user.username })).status).toBe(200);
    }
    expect((await app.as(other).patch(`/tasks/${id}`, { title: 'x' })).body.code).toBe('forbidden');
    expect((await app.as(viewer).patch(`/tasks/${id}`, { title: 'x' })).body.code).toBe('forbidden');
    expect((await app.as(viewer).get(`/tasks/${id}`)).body.title).toBe(admin.username);
  });

  it('takes a merge patch: null clears what may be null, elsewhere it is a 400', async () => {
    const id = await newTask({ description: 'gone soon' });
    const mergePatch = { 'content-type': 'application/merge-patch+json' };
    const cleared = await app
      .as(creator)
      .patch(`/tasks/${id}`, '{"description":null,"assignedTo":null}', mergePatch);
    expect(cleared.body).toMatchObject({ description: null, assignedTo: null, title: 'A task' });
    const refused = await app.as(creator).patch(`/tasks/${id}`, { title: null, priority: null });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([
      { in: 'body', pointer: '#/title', code: 'not_nullable' },
      { in: 'body', pointer: '#/priority', code: 'not_nullable' },
    ]);
  });

  it('answers an empty patch with the task as it is, and writes nothing', async () => {
    const id = await newTask();
    const before = await app.as(creator).get(`/tasks/${id}`);
    const patched = await app.as(creator).patch(`/tasks/${id}`, {});
    expect(patched.status).toBe(200);
    expect(patched.text).toBe(before.text);
    expect((await app.as(other).patch(`/tasks/${id}`, {})).status).toBe(403);
  });

  it('is assigned only to people who can take it', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    const id = await newTask();
    expect((await app.as(creator).post('/tasks', { title: 'x', assignedTo: nobody })).body.code).toBe(
      'assignee_inactive',
    );
    const refused = await app.as(creator).patch(`/tasks/${id}`, { assignedTo: nobody });
    expect([refused.status, refused.body.code]).toEqual([422, 'assignee_inactive']);
  });

  it('is deleted by its creator or an admin, and then is gone', async () => {
    const id = await newTask();
    expect((await app.as(assignee).delete(`/tasks/${id}`)).status).toBe(403);
    expect((await app.as(creator).delete(`/tasks/${id}`)).status).toBe(204);
    for (const answer of [
      await app.as(creator).get(`/tasks/${id}`),
      await app.as(creator).patch(`/tasks/${id}`, { title: 'x' }),
      await app.as(admin).delete(`/tasks/${id}`),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'task_not_found']);
    }
    const listed = itemsOf(await app.as(creator).get('/tasks?limit=100'));
    expect(listed.map((task) => task.id)).not.toContain(id);
  });

  it('judges 404 before 412, 403 before 412, and 412 before rules', async () => {
    const id = await newTask();
    const stale = { 'if-match': '"1-x"' };
    const rule = { assignedTo: '00000000-0000-4000-8000-000000000000' };
    expect((await app.as(creator).patch(`/tasks/${rule.assignedTo}`, {}, stale)).status).toBe(404);
    expect((await app.as(other).patch(`/tasks/${id}`, { title: 'x' }, stale)).status).toBe(403);
    expect((await app.as(creator).patch(`/tasks/${id}`, rule, stale)).status).toBe(412);
    expect((await app.as(creator).delete(`/tasks/${id}`, stale)).status).toBe(412);
  });
});
