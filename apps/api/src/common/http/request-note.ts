/**
 * What is known of requests, kept on them. A WeakMap would hold it until the old generation is collected, and with it the requests
 * that it refers to.
 */
export class RequestNote<T> {
  private readonly key: symbol;

  constructor(name: string) {
    this.key = Symbol(name);
  }

  get(request: object): T | undefined {
    return (request as Record<symbol, T | undefined>)[this.key];
  }

  set(request: object, value: T): void {
    (request as Record<symbol, T | undefined>)[this.key] = value;
  }
}
