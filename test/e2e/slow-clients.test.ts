import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { TestApp } from '../support/app';
import { upload } from '../support/uploads';

describe('slow clients', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ HEADERS_TIMEOUT_MS: '200', BODY_TIMEOUT_MS: '200' });
  });
  afterAll(() => app.close());

  async function open(...lines: string[]): Promise<Socket> {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.on('error', () => undefined).resume();
    await once(socket, 'connect');
    socket.write(lines.join('\r\n'));
    return socket;
  }

  /** However it ends: `once` would reject where the end is a reset. */
  const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

  it('loses the connection when the headers do not end', async () => {
    const socket = await open('GET /health/live HTTP/1.1', 'Host: x', 'X-Slow: ');
    await closed(socket);
  });

  it('loses the connection when a JSON body trickles in', async () => {
    const socket = await open(
      'POST /api/v1/auth/login HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      'Content-Length: 1000',
      '',
      '{',
    );
    const trickle = setInterval(() => socket.write(' '), 20);
    await closed(socket);
    clearInterval(trickle);
  });

  it('loses the connection when it does not read its answer', async () => {
    const impatient = await TestApp.start({ STALL_TIMEOUT_MS: '2000' });
    const user = await impatient.newUser();
    const client = impatient.as(user);
    const { body: task } = await client.post('/tasks', { title: 'with a large file' });
    const content = new Uint8Array(20 * 1024 ** 2);
    const { body: attachment } = await upload(client, { taskId: String(task.id) }, { content });
    const accepted = once(impatient.app.getHttpServer(), 'connection') as Promise<[Socket]>;
    const reader = connect(Number(new URL(impatient.url).port), '127.0.0.1').pause();
    const [atServer] = await accepted;
    const cut = closed(atServer);
    const head = [`GET /api/v1/attachments/${attachment.id}/content HTTP/1.1`, 'Host: x'];
    reader.write([...head, `Authorization: Bearer ${user.accessToken}`, '', ''].join('\r\n'));
    await cut;
    reader.destroy();
    await impatient.close();
  });
});
