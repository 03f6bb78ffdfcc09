import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HttpClient, json, NoAnswer, type Reply } from './http';

/** A write that a client wants, however often it has to ask for it. */
export interface Write {
  readonly kind: 'task' | 'change' | 'message' | 'attachment';
  /** What tells it from all others: the title, the description, the content, the name of the file. */
  readonly mark: string;
  /** The task that is changed. */
  readonly taskId?: string;
  readonly sha256?: string;
  /** The ids of the requests that asked for it. */
  readonly requestIds: string[];
  /** The id that a 2xx answered. */
  acknowledged?: string;
}

/** Answers of these kinds mean: try again. */
const PASSING = new Set([409, 429, 503, 507]);
/** What a proxy answers when a server went away, or did not answer. */
const OF_PROXIES = new Set([502, 504]);
const RETRY_MS = 20;

/**
 * People who write, one thing after another, and repeat each (with the same `Idempotency-Key`, where it is a POST) until it
 * is acknowledged: tasks, changes of them, messages, attachments.
 */
export class WriteLoad {
  readonly writes: Write[] = [];
  /** How often which answer came: `201`, `503`, `ECONNRESET`. */
  readonly answers = new Map<string, number>();
  /** Answers that no client should meet: they end the load. */
  readonly surprises: string[] = [];
  /** When the last write was acknowledged, by `performance.now()`. */
  lastAcknowledged = 0;
  /** 503s that did not say when to come again. */
  withoutRetryAfter = 0;
  slowestMs = 0;
  private readonly client: HttpClient;
  private readonly passing: ReadonlySet<number>;
  private readonly work: Promise<void>[] = [];
  private stopping = false;

  constructor(
    port: number,
    token: string,
    options: { people?: number; timeoutMs?: number; proxied?: boolean } = {},
  ) {
    const { people = 8, timeoutMs, proxied = false } = options;
    this.passing = proxied ? PASSING.union(OF_PROXIES) : PASSING;
    this.client = new HttpClient(port, token, timeoutMs, people);
    this.work = Array.from({ length: people }, () => this.person());
  }

  /** The writes that were acknowledged. */
  get acknowledged(): Write[] {
    return this.writes.filter((write) => write.acknowledged !== undefined);
  }

  /** Resolves when so many more writes are acknowledged. */
  async more(count: number): Promise<void> {
    const goal = this.acknowledged.length + count;
    while (this.acknowledged.length < goal && this.surprises.length === 0) await pause(5);
  }

  /** Lets everybody finish what they want. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.work);
    this.client.close();
  }

  private async person(): Promise<void> {
    while (!this.stopping) {
      const taskId = await this.wish({ kind: 'task', mark: mark('task'), requestIds: [] });
      for (let i = 0; i < 8 && !this.stopping && taskId !== undefined; i++) await this.further(taskId, i);
      if (taskId === undefined) return;
    }
  }

  private further(taskId: string, i: number): Promise<string | undefined> {
    if (i % 8 === 7) {
      const sha256 = createHash('sha256').update(contentOf(taskId)).digest('hex');
      return this.wish({ kind: 'attachment', mark: mark('file'), taskId, sha256, requestIds: [] });
    }
    const kind = i % 2 === 0 ? 'change' : 'message';
    return this.wish({ kind, mark: mark(kind), taskId, requestIds: [] });
  }

  /** Asks until it is acknowledged. @returns the id that the answer names; undefined after a surprise */
  private async wish(write: Write): Promise<string | undefined> {
    this.writes.push(write);
    const key = randomUUID();
    for (;;) {
      const reply = await this.ask(write, key);
      if (reply !== undefined && reply.status < 300) {
        write.acknowledged = json(reply)['id'];
        this.lastAcknowledged = performance.now();
        return write.acknowledged;
      }
      if (reply !== undefined && !this.passing.has(reply.status)) {
        this.surprises.push(`${write.kind}: ${reply.status} ${reply.body.toString('utf8')}`);
        return undefined;
      }
      await pause(RETRY_MS);
    }
  }

  private async ask(write: Write, key: string): Promise<Reply | undefined> {
    try {
      const reply = await this.request(write, key);
      this.note(String(reply.status), reply.requestId, reply.ms, write);
      if (reply.status === 503 && reply.headers['retry-after'] === undefined) this.withoutRetryAfter++;
      return reply;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.note(error.code, error.requestId, error.ms, write);
      return undefined;
    }
  }

  private note(answer: string, requestId: string, ms: number, write: Write): void {
    write.requestIds.push(requestId);
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    this.slowestMs = Math.max(this.slowestMs, ms);
  }

  private request({ kind, mark: text, taskId = '' }: Write, key: string): Promise<Reply> {
    const headers = { 'idempotency-key': key };
    switch (kind) {
      case 'task':
        return this.client.post('/tasks', { title: text }, headers);
      case 'change':
        return this.client.send('PATCH', `/tasks/${taskId}`, { body: { description: text } });
      case 'message':
        return this.client.post('/messages', { content: text, taskId }, headers);
      case 'attachment':
        return this.client.send('POST', '/attachments', form(taskId, text, headers));
    }
  }
}

const mark = (kind: string) => `${kind} ${randomUUID()}`;

/** Bytes that follow from a name. */
function contentOf(seed: string): Buffer {
  const line = createHash('sha512').update(seed).digest();
  return Buffer.concat(Array.from({ length: 256 }, () => line));
}

/** A form with the task and a file, as a browser sends it. */
export function form(
  taskId: string,
  filename: string,
  headers: Readonly<Record<string, string>> = {},
  content = contentOf(taskId),
): { body: Buffer; headers: Record<string, string> } {
  const boundary = randomBytes(12).toString('hex');
  const before =
    `--${boundary}\r\nContent-Disposition: form-data; name="taskId"\r\n\r\n${taskId}\r\n` +
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  const body = Buffer.concat([Buffer.from(before), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { body, headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` } };
}
