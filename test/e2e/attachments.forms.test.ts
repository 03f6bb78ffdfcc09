import { TestApp, type TestUser } from '../support/app';
import { END, part, storedIn, uploadRaw } from '../support/uploads';

const FILE = part('name="file"; filename="a.txt"', 'hello');

describe('the form of an upload', () => {
  let app: TestApp;
  let user: TestUser;
  let taskId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    taskId = String((await app.as(user).post('/tasks', { title: 'files' })).body.id);
  });
  afterAll(() => app.close());

  const stored = () => storedIn(app);
  const task = () => part('name="taskId"', taskId);

  it.each([
    ['no file', () => task() + END, '#/file', 'required'],
    ['nothing at all', () => END, '#/file', 'required'],
    ['no chosen file', () => task() + part('name="file"; filename=""') + END, '#/file', 'required'],
    ['a field for a file', () => task() + part('name="file"', 'hello') + END, '#/file', 'wrong_type'],
    ['neither task nor message', () => FILE + END, '#/taskId', 'required'],
    ['a field after the file', () => task() + FILE + task() + END, '#/taskId', 'out_of_order'],
    ['the fields behind', () => FILE + task() + END, '#/taskId', 'required'],
    ['two files', () => task() + FILE + FILE + END, '#/file', 'repeated'],
    [
      'a file of another name',
      () => task() + FILE.replace('"file"', '"doc"') + END,
      '#/doc',
      'unknown_field',
    ],
    ['a repeated field', () => task() + task() + FILE + END, '#/taskId', 'repeated'],
    ['an unknown field', () => task() + part('name="a/b~"', '1') + FILE + END, '#/a~1b~0', 'unknown_field'],
    ['__proto__', () => task() + part('name="__proto__"', '1') + FILE + END, '#/__proto__', 'unknown_field'],
    ['a task that is no id', () => part('name="taskId"', '7') + FILE + END, '#/taskId', 'invalid_uuid'],
    ['only empty fields', () => part('name="messageId"') + FILE + END, '#/taskId', 'required'],
    [
      'an empty field that is not known',
      () => task() + part('name="x"') + FILE + END,
      '#/x',
      'unknown_field',
    ],
    ['NUL in a field', () => part('name="taskId"', 'a\0b') + FILE + END, '#/taskId', 'nul_character'],
    ['a huge field', () => part('name="taskId"', 'x'.repeat(500_000)) + FILE + END, '#/taskId', 'too_long'],
    [
      'a path for a name',
      () => task() + FILE.replace('a.txt', '../../etc/passwd') + END,
      '#/file',
      'bad_format',
    ],
    ['a name too long', () => task() + FILE.replace('a.txt', 'x'.repeat(256)) + END, '#/file', 'too_long'],
    ['NUL in the name', () => task() + FILE.replace('a.txt', 'a\0.txt') + END, '#/file', 'bad_format'],
  ])('refuses a form with %s', async (_, body, pointer, code) => {
    const before = await stored();
    const answer = await uploadRaw(app.as(user), body());
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'body', pointer, code }] } });
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['without a boundary', () => task() + FILE + END, 'multipart/form-data'],
    ['that is empty', () => '', 'multipart/form-data; boundary=B'],
    ['that ends within the file', () => task() + FILE, 'multipart/form-data; boundary=B'],
    [
      'with too many fields',
      () => Array.from({ length: 99 }, (_, i) => part(`name="${i}"`)).join('') + END,
      'multipart/form-data; boundary=B',
    ],
    ['that is no form', () => 'hello', 'multipart/form-data; boundary=B'],
  ])('refuses a body %s', async (_, body, type) => {
    const before = await stored();
    expect(await uploadRaw(app.as(user), body(), type)).toMatchObject({
      status: 400,
      body: { code: 'malformed_body' },
    });
    expect(await stored()).toEqual(before);
  });

  it('says what a file is only as far as that has the form of a media type', async () => {
    for (const type of ['nonsense', 'a/b; c', 'text/html\t']) {
      const body = task() + FILE.replace('\r\n\r\nhello', `\r\nContent-Type: ${type}\r\n\r\nhello`) + END;
      const made = await uploadRaw(app.as(user), body);
      const mimeType = type.startsWith('text') ? 'text/html' : 'application/octet-stream';
      expect(made).toMatchObject({ status: 201, body: { mimeType } });
    }
    expect((await uploadRaw(app.as(user), task() + FILE + END)).body).toMatchObject({
      mimeType: 'application/octet-stream',
    });
  });

  it('takes forms here and nowhere else, and nothing but forms', async () => {
    const refused = { status: 415, body: { code: 'unsupported_media_type' } };
    expect(await app.as(user).post('/attachments', { taskId })).toMatchObject(refused);
    expect(await app.as(user).post('/attachments')).toMatchObject(refused);
    expect(await uploadRaw(app.as(user), 'hello', 'text/plain')).toMatchObject(refused);
    const form = new FormData();
    form.append('title', 'x');
    expect(await app.as(user).post('/tasks', form)).toMatchObject(refused);
    expect(await app.as(user).patch(`/tasks/${taskId}`, form)).toMatchObject(refused);
    expect(await app.as(user).post('/nowhere', form)).toMatchObject({ status: 404 });
  });
});
