import { TestApp, type TestUser } from '../support/app';

describe('tasks', () => {
  let app: TestApp;
  let creator: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    creator = await app.newUser();
  });
  afterAll(() => app.close());

  it('keeps every field as it was given', async () => {
    const given = {
      title: '𝄞'.repeat(127),
      description: 'Ünïcödé \u{1F680}\n',
      status: 'in_progress',
      priority: 4,
      assignedTo: creator.id,
      dueDate: '2026-03-01T09:30:00.123456+00:00',
    };
    const made = await app.as(creator).post('/tasks', given);
    expect(made.status).toBe(201);
    const read = await app.as(creator).get(`/tasks/${made.body.id}`);
    expect(read.body).toMatchObject({ ...given, createdBy: creator.id, completedAt: null });
    expect(made.headers.get('location')).toBe(`/api/v1/tasks/${made.body.id}`);
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
  });
});
