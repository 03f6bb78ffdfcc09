/** Where a piece of bad input stands. `pointer` is a JSON Pointer fragment into that part: `#/title`, `#/ids/3`. */
export interface InputError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

interface ProblemExtras {
  readonly errors?: readonly InputError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document, e.g. the path of a cycle. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A failure that a client is told about, as RFC 9457 puts it. */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly detail: string,
    readonly extras: ProblemExtras = {},
  ) {
    super(detail);
  }
}

/** A kind of failure: its stable `code`, its status, and what its page in the docs says. */
export class ProblemKind {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    /** What happened and what to do, for the page that `type` leads to. */
    readonly help: string,
  ) {}

  error(detail: string = this.title, extras?: ProblemExtras): Problem {
    return new Problem(this, detail, extras);
  }
}

const kinds = new Map<string, ProblemKind>();

/** Registers a kind of failure. Codes are never reused: a second one of the same code is a programming error. */
export function defineProblem(status: number, code: string, title: string, help: string): ProblemKind {
  if (kinds.has(code)) throw new Error(`problem ${code} is defined twice`);
  const kind = new ProblemKind(status, code, title, help);
  kinds.set(code, kind);
  return kind;
}

/** Every kind of failure that the API answers, by code. */
export function problemKinds(): ReadonlyMap<string, ProblemKind> {
  return kinds;
}
