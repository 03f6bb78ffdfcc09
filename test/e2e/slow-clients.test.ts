import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { TestApp } from '../support/app';

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
});
