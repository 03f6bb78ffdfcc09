import { randomUUID } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of the request: events carry it. */
  readonly requestId: string;
  /** From sending to the last byte. */
  readonly ms: number;
  /** The client's port, which tells connections apart. */
  readonly connection: number;
}

/** A request that got no whole answer. */
export class NoAnswer extends Error {
  constructor(
    /** `ECONNREFUSED`, `ECONNRESET`, `TIMEOUT` … */
    readonly code: string,
    readonly requestId: string,
    /** Whether it went out on a connection that had served another: the server may have closed it just then. */
    readonly reused: boolean,
    readonly ms: number,
  ) {
    super(`no answer: ${code}`);
  }
}

export interface Sending {
  /** Sent as JSON; bytes as they are, with their type in `headers`. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of one server, with connections that are kept. */
export class HttpClient {
  private readonly agent: Agent;

  /** @param timeoutMs after which an answer is given up */
  constructor(
    readonly port: number,
    private readonly token?: string,
    private readonly timeoutMs = 30_000,
    connections = 64,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @param path below `/api/v1`, unless it begins with `//` @throws NoAnswer */
  async send(method: string, path: string, { body, headers = {} }: Sending = {}): Promise<Reply> {
    const requestId = randomUUID();
    const began = performance.now();
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const outgoing = request({
      ...{ port: this.port, host: '127.0.0.1', agent: this.agent, method },
      path: path.startsWith('//') ? path.slice(1) : `/api/v1${path}`,
      signal: AbortSignal.timeout(this.timeoutMs),
      headers: {
        'x-request-id': requestId,
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(bytes === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': bytes.length }),
        ...headers,
      },
    });
    try {
      const { promise, resolve, reject } = Promise.withResolvers<Reply>();
      outgoing.on('error', reject).on('response', (answer) => {
        const { statusCode: status = 0, headers: answered } = answer;
        const connection = answer.socket.localPort ?? 0;
        const whole = (content: Buffer) =>
          resolve({
            ...{ status, headers: answered, body: content, requestId, connection },
            ms: performance.now() - began,
          });
        buffer(answer).then(whole, reject);
      });
      outgoing.end(bytes);
      return await promise;
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      const why = name === 'TimeoutError' || name === 'AbortError' ? 'TIMEOUT' : (code ?? name);
      throw new NoAnswer(why, requestId, outgoing.reusedSocket, performance.now() - began);
    }
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.send('POST', path, { body, headers });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** The parsed body of an answer. */
export function json(reply: Reply): Record<string, string> {
  return JSON.parse(reply.body.toString('utf8')) as Record<string, string>;
}

/** The id of what a 201 answers to have made. @throws Error for any other answer */
export function idOf(reply: Reply): string {
  const id = reply.status === 201 ? json(reply)['id'] : undefined;
  if (id === undefined) throw new Error(`nothing was made: ${reply.status} ${reply.body.toString('utf8')}`);
  return id;
}
