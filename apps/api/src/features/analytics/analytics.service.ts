import { Injectable } from '@nestjs/common';
import { Database, first, type SqlValue, statement } from '@app/database';
import { ValidationFailed } from '../../common/errors/common.errors';
import { JsonText } from '../../common/http/representation';
import type { AgingQuery, AnalyticsQuery, FlowEfficiencyQuery } from '../dto/analytics.query';
import { containing } from '../feature.filters';
import { Stages } from '../stages';
import { AGING, CYCLE_TIME, FLOW_EFFICIENCY, THROUGHPUT } from './cycle-time.queries';
import { COST } from './cost.queries';
import { FLOW, REWORK } from './flow.queries';

const DAY_MS = 24 * 3600_000;
/** Longest range of a cumulative flow, days. */
const MAX_DAYS = 1100;
const DEFAULT_DAYS = 90;

/**
 * What a whole history takes: with PostgreSQL's 4 MB it would be sorted on disk. How many rows a part of such a statement has is
 * guessed much too low, and on that guess rows would be sorted to join them, twice as slow as by a hash of them.
 */
const ROOM = statement(
  `SELECT set_config('work_mem', '32MB', true), set_config('enable_mergejoin', 'off', true)`,
);

/** Each analysis is one statement, composed and answered by PostgreSQL. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
  ) {}

  cycleTime(query: AnalyticsQuery): Promise<JsonText> {
    return this.ask(CYCLE_TIME, query);
  }

  throughput(query: AnalyticsQuery): Promise<JsonText> {
    return this.ask(THROUGHPUT, query);
  }

  aging({ limit = 100, ...query }: AgingQuery): Promise<JsonText> {
    return this.ask(AGING, query, limit);
  }

  flowEfficiency({ waiting = [this.stages.first], ...query }: FlowEfficiencyQuery): Promise<JsonText> {
    return this.ask(FLOW_EFFICIENCY, query, waiting);
  }

  /** @throws ValidationFailed when the range is too long */
  flow(query: AnalyticsQuery): Promise<JsonText> {
    const [from, to] = daysOf(query);
    return this.ask(FLOW, query, from, to);
  }

  rework(query: AnalyticsQuery): Promise<JsonText> {
    return this.ask(REWORK, query);
  }

  cost(query: AnalyticsQuery): Promise<JsonText> {
    return this.ask(COST, query);
  }

  private async ask(
    text: string,
    { name, since, before }: AnalyticsQuery,
    ...more: SqlValue[]
  ): Promise<JsonText> {
    const pattern = name === undefined ? null : containing(name);
    const values = [pattern, since ?? null, before ?? null, this.stages.final, this.stages.names, ...more];
    // Unnamed: which rows a filter leaves decides how they are best read.
    return this.database.transaction(async (tx) => {
      await tx.query(ROOM);
      const row = await first<{ json: string }>(tx, { text }, values);
      if (!row) throw new Error('an aggregate answers one row');
      return new JsonText(row.json);
    });
  }
}

/** The first and the last day, UTC. @throws ValidationFailed */
function daysOf({ since, before }: AnalyticsQuery): [string, string] {
  const last = before === undefined ? Date.now() : Date.parse(before) - 1;
  const first = since === undefined ? last - (DEFAULT_DAYS - 1) * DAY_MS : Date.parse(since);
  if (first <= last && last - first < MAX_DAYS * DAY_MS) return [dayOf(first), dayOf(last)];
  const detail = `must be before \`before\`, by up to ${MAX_DAYS} days`;
  const errors = [{ in: 'query', pointer: '#/since', code: 'out_of_range', detail }] as const;
  throw ValidationFailed.error(undefined, { errors });
}

function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}
