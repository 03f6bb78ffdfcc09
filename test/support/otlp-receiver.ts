import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of its trace here. */
  readonly parentId: string;
  readonly name: string;
  /** 2: server, 3: client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** 2: error. */
  readonly status: number;
  readonly message: string;
}

/** Takes traces as a collector does: OTLP in protobuf, over HTTP. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly resources: Array<Readonly<Record<string, string | number>>> = [];
  /** All that was ever sent here. */
  bytes = Buffer.alloc(0);

  private constructor(private readonly server: Server) {}

  static async start(): Promise<OtlpReceiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      void buffer(request).then((body) => {
        receiver.take(body);
        response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
      });
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private take(body: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, body]);
    for (const ofResource of messages(body, 1)) {
      this.resources.push(...messages(ofResource, 1).map((resource) => attributesOf(resource, 1)));
      for (const scope of messages(ofResource, 2)) this.spans.push(...messages(scope, 2).map(spanOf));
    }
  }
}

/** By the numbers in opentelemetry/proto/trace/v1/trace.proto. */
function spanOf(span: Buffer): ReceivedSpan {
  const hex = (field: number) => messages(span, field)[0]?.toString('hex') ?? '';
  const [status] = messages(span, 15);
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentId: hex(4),
    name: messages(span, 5)[0]?.toString() ?? '',
    kind: numberOf(span, 6),
    attributes: attributesOf(span, 9),
    status: status ? numberOf(status, 3) : 0,
    message: status ? (messages(status, 2)[0]?.toString() ?? '') : '',
  };
}

function attributesOf(owner: Buffer, field: number): Record<string, string | number> {
  const pairs = messages(owner, field).map((pair) => {
    const [key = Buffer.alloc(0)] = messages(pair, 1);
    const [value = Buffer.alloc(0)] = messages(pair, 2);
    return [key.toString(), messages(value, 1)[0]?.toString() ?? numberOf(value, 3)] as const;
  });
  return Object.fromEntries(pairs);
}

function messages(message: Buffer, field: number): Buffer[] {
  return [...fieldsOf(message)].flatMap(([number, value]) =>
    number === field && typeof value === 'object' ? [value] : [],
  );
}

function numberOf(message: Buffer, field: number): number {
  const found = [...fieldsOf(message)].find(
    ([number, value]) => number === field && typeof value === 'bigint',
  );
  return Number(found?.[1] ?? 0);
}

/** The wire format of protobuf: https://protobuf.dev/programming-guides/encoding/ */
function* fieldsOf(message: Buffer): Generator<[number, Buffer | bigint]> {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) yield [tag >> 3, varint()];
    else {
      const length = wire === 2 ? Number(varint()) : wire === 1 ? 8 : 4;
      yield [tag >> 3, message.subarray(at, (at += length))];
    }
  }
}
