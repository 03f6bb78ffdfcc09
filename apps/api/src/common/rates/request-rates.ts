import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../config/config';
import { networkOf } from './network';
import { tooManyRequests } from './too-many-requests';

const WINDOW = 60_000;

/**
 * How many requests each caller sends to this process in a minute. One window for all, counted from nothing when the next
 * begins: a look-up and an addition for each request. Its headers are those of draft-ietf-httpapi-ratelimit-headers.
 */
@Injectable()
export class RequestRates {
  private readonly limit: number;
  private readonly policy: string;
  private readonly counts = new Map<string, number>();
  private end = 0;

  constructor(@Inject(CONFIG) { RATE_LIMIT, RATE_LIMIT_PER_MINUTE }: Config) {
    this.limit = RATE_LIMIT === 'on' ? RATE_LIMIT_PER_MINUTE : 0;
    this.policy = `"default";q=${this.limit};w=60`;
  }

  /** Counts a request of a user; of nobody known when `userId` is null: then by address. @throws TooManyRequests */
  count(userId: string | null, request: FastifyRequest, reply: FastifyReply): void {
    if (this.limit === 0) return;
    const now = performance.now();
    if (now >= this.end) this.begin(now);
    const caller = userId ?? networkOf(request.ip);
    const count = (this.counts.get(caller) ?? 0) + 1;
    this.counts.set(caller, count);
    const seconds = Math.ceil((this.end - now) / 1000);
    reply.header('RateLimit-Policy', this.policy);
    reply.header('RateLimit', `"default";r=${Math.max(0, this.limit - count)};t=${seconds}`);
    if (count > this.limit) throw tooManyRequests(this.end - now);
  }

  private begin(now: number): void {
    this.counts.clear();
    this.end = now + WINDOW;
  }
}
