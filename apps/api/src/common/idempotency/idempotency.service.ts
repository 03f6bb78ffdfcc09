import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, first } from '@app/database';
import { IdempotencyInFlight, IdempotencyKeyReused } from './idempotency.errors';
import { CLAIM, FIND_REPLY, KEEP_REPLY } from './idempotency.queries';

/** A request that its client may send again. */
export interface RepeatableRequest {
  readonly userId: string;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  /** What tells one body from another, e.g. its text. */
  readonly body: string;
}

/** An answer as it is kept: what a replay sends. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

type StoredReply = { fingerprint: string; headers: Record<string, string>; body: string | null };

function sha256(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Runs a request once for each idempotency key: the key is claimed in the transaction that writes. */
@Injectable()
export class IdempotencyService {
  constructor(private readonly database: Database) {}

  /**
   * @returns the reply, and whether it is the one of an earlier request
   * @throws IdempotencyInFlight, IdempotencyKeyReused, and what `work` throws: then nothing is kept
   */
  once(
    request: RepeatableRequest,
    work: () => Promise<Reply>,
  ): Promise<{ reply: Omit<Reply, 'status'>; replayed: boolean }> {
    const id = sha256(request.userId, request.method, request.path, request.key);
    // With the key, which is stored nowhere: a body may hold a password, and its bare hash could be guessed at.
    const fingerprint = sha256(request.key, request.body);
    return this.database.enclosing(async (tx) => {
      const claim = await first<{ claimed: boolean }>(tx, CLAIM, [id]);
      if (!claim?.claimed) throw IdempotencyInFlight.error(undefined, { headers: { 'Retry-After': '1' } });
      const stored = await first<StoredReply>(tx, FIND_REPLY, [id]);
      if (stored && stored.fingerprint !== fingerprint) throw IdempotencyKeyReused.error();
      if (stored) return { reply: stored, replayed: true };
      const reply = await work();
      const headers = JSON.stringify(reply.headers);
      await tx.query(KEEP_REPLY, [id, request.userId, fingerprint, reply.status, headers, reply.body]);
      return { reply, replayed: false };
    });
  }
}
