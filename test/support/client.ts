export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body. Numbers beyond 2^53 lose digits here: look at `text` for them. */
  readonly body: Json;
}

/** The items of a page. */
export function itemsOf(answer: Answer): Json[] {
  return answer.body.items as unknown as Json[];
}

/** The status, with the code of the problem where it is one. */
export function codeOf({ status, body }: Answer): [number, string | undefined] {
  return [status, body.code];
}

/** What signing in gives. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export const tokensOf = (answer: Answer) => answer.body as unknown as Tokens;

/** Whatever JSON a test looks into. */
export type Json = string & { readonly [key: string]: Json };

type RequestHeaders = Record<string, string>;

/** Speaks HTTP to the API, as one user. Paths are below `/api/v1`, unless they begin with `//`. */
export class TestClient {
  constructor(
    private readonly url: string,
    private readonly accessToken?: string,
  ) {}

  get(path: string, headers: RequestHeaders = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: RequestHeaders = {}): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  put(path: string, body?: unknown, headers: RequestHeaders = {}): Promise<Answer> {
    return this.send('PUT', path, body, headers);
  }

  patch(path: string, body?: unknown, headers: RequestHeaders = {}): Promise<Answer> {
    return this.send('PATCH', path, body, headers);
  }

  delete(path: string, headers: RequestHeaders = {}): Promise<Answer> {
    return this.send('DELETE', path, undefined, headers);
  }

  /** @param body sent as JSON; text, bytes and forms as they are */
  async send(method: string, path: string, body?: unknown, headers: RequestHeaders = {}): Promise<Answer> {
    const target = path.startsWith('//') ? path.slice(1) : `/api/v1${path}`;
    const raw = typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array;
    const response = await fetch(this.url + target, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.accessToken ? { authorization: `Bearer ${this.accessToken}` } : {}),
        ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as RequestInit['body']) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) as Json };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
