import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Gauge, type Registry } from 'prom-client';
import { problemAnswered } from '../common/errors/problem.observations';
import { DurationHistogram, type DurationSeries } from './duration-histogram';

/** Paths that are no route: one label for all of them, since there is no end to what is tried. */
const UNMATCHED = 'unmatched';
/** What a client may send beside these counts as one method. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Shown from the start, so that the first of them is an increase. */
const ALERTED = ['too_many_requests', 'internal_error', 'unavailable', 'storage_full', 'unauthenticated'];

type Label = 'method' | 'route' | 'status_code';

/** Rate, errors and duration of requests, by route. */
export class RequestMetrics {
  private readonly durations: DurationHistogram<Label>;
  private readonly unmatched: ReadonlyMap<string, ByStatus>;
  private begun = 0;
  private ended = 0;

  constructor(registry: Registry) {
    const registers = [registry];
    this.durations = new DurationHistogram({
      name: 'http_request_duration_seconds',
      help: 'How long requests took from their headers to the end of the answer, by method, route and class of status (2xx)',
      labelNames: ['method', 'route', 'status_code'],
      registers,
    });
    this.unmatched = new Map(
      [...METHODS, 'other'].map((method) => [method, this.byStatus(method, UNMATCHED)]),
    );
    const inFlight = () => this.begun - this.ended;
    new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests that are not answered yet',
      registers,
      collect() {
        this.set(inFlight());
      },
    });
    countProblems(registry);
  }

  /** Call it before routes are registered: each gets its own series. */
  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (_request, _reply, done) => {
      this.begun++;
      done();
    });
    server.addHook('onRoute', (route) => {
      const methods = [route.method].flat();
      const series = new Map(methods.map((method) => [method, this.byStatus(method, route.url)]));
      const only = methods.length === 1 ? series.get(methods[0] ?? '') : undefined;
      const observe = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
        this.end(only ?? series.get(request.method), reply);
        done();
      };
      route.onResponse = [route.onResponse ?? []].flat().concat(observe);
    });
    server.addHook('onResponse', (request, reply, done) => {
      if (request.is404) this.end(this.unmatched.get(request.method) ?? this.unmatched.get('other'), reply);
      done();
    });
  }

  private end(series: ByStatus | undefined, reply: FastifyReply): void {
    this.ended++;
    series?.[Math.trunc(reply.statusCode / 100)]?.observe(reply.elapsedTime / 1000);
  }

  private byStatus(method: string, route: string): ByStatus {
    return [undefined, '1xx', '2xx', '3xx', '4xx', '5xx'].map(
      (status_code) => status_code && this.durations.series({ method, route, status_code }),
    ) as ByStatus;
  }
}

/** By the first digit of the status. */
type ByStatus = readonly (DurationSeries | undefined)[];

function countProblems(registry: Registry): void {
  const problems = new Counter({
    name: 'fuse_problems_total',
    help: 'Requests that were answered with a problem document, by its code: too_many_requests, internal_error …',
    labelNames: ['code'],
    registers: [registry],
  });
  for (const code of ALERTED) problems.inc({ code }, 0);
  problemAnswered.listen(({ code }) => problems.inc({ code }));
}
