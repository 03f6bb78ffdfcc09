import { Agent, request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** One connection that sends one request after the other. */
export class Caller {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async open(path: string): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${this.token}` };
    const sent = request(`${this.url}/api/v1${path}`, { agent: this.agent, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`${path} was answered ${response.statusCode}`);
    return response;
  }

  async text(path: string): Promise<string> {
    const response = await this.open(path);
    return Buffer.concat((await response.toArray()) as Buffer[]).toString();
  }

  /** Milliseconds until the whole answer is there. */
  async time(path: string): Promise<number> {
    const began = performance.now();
    await this.text(path);
    return performance.now() - began;
  }

  close(): void {
    this.agent.destroy();
  }
}
