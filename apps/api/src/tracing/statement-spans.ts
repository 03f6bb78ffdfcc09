import { SpanStatusCode } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Keeps values out of spans of SQL: PostgreSQL quotes them in messages of errors (`invalid input syntax for … "x"`). */
export class WithoutValues implements SpanProcessor {
  onStart(): void {}

  onEnding(span: Span): void {
    if (span.attributes['db.system.name'] === undefined || span.status.code !== SpanStatusCode.ERROR) return;
    span.setStatus({ code: SpanStatusCode.ERROR });
  }

  onEnd(): void {}

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** What it does and to which table first: `SELECT tasks`. The text itself is an attribute of the span. */
export function spanNameOf(sql: string): string {
  const write = /\b(INSERT)\s+INTO\s+"?(\w+)|\b(UPDATE)\s+"?(\w+)|\b(DELETE)\s+FROM\s+"?(\w+)/i.exec(sql);
  if (write)
    return write
      .slice(1)
      .filter(Boolean)
      .join(' ')
      .replace(/^\w+/, (verb) => verb.toUpperCase());
  const [first = ''] = sql.trim().split(/[\s;]/, 1);
  const verb = first.toUpperCase();
  const table = /\bFROM\s+"?(\w+)/i.exec(withoutParentheses(sql))?.[1] ?? /\bFROM\s+"?(\w+)/i.exec(sql)?.[1];
  if (verb !== 'SELECT' && verb !== 'WITH') return verb;
  return table === undefined ? 'SELECT' : `SELECT ${table}`;
}

/** What a list of columns selects by itself is not what the statement is about. */
function withoutParentheses(sql: string): string {
  const shorter = sql.replaceAll(/\([^()]*\)/g, '');
  return shorter === sql ? sql : withoutParentheses(shorter);
}
