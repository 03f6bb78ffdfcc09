import type { WhatIf } from './plan';

const ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** What one supposition looks like, without regard to case: `drop:<feature>:<what it depends on>`, `finish:<feature>`, `capacity:<n>`. */
export const SUPPOSITION = `^(drop:${ID}:${ID}|finish:${ID}|capacity:[1-9]\\d{0,4})$`;

const PATTERN = new RegExp(SUPPOSITION, 'i');

export function isSupposition(text: unknown): boolean {
  return typeof text === 'string' && PATTERN.test(text);
}

export interface Suppositions extends Required<WhatIf> {
  /** Null: no limit. */
  readonly capacity: number | null;
}

/** Reads well-formed suppositions; the last capacity counts. */
export function suppositionsOf(texts: readonly string[]): Suppositions {
  const parts = texts.map((text) => text.toLowerCase().split(':'));
  const of = (kind: string) => parts.filter(([first]) => first === kind);
  const capacity = of('capacity').at(-1)?.[1];
  return {
    drop: of('drop').map(([, id = '', dependsOnId = '']) => [id, dependsOnId] as const),
    finish: of('finish').map(([, id = '']) => id),
    capacity: capacity === undefined ? null : Number(capacity),
  };
}
