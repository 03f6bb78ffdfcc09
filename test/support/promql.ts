import { parser } from '@prometheus-io/lezer-promql';

/** A selector of an expression: the metric, and the labels that it asks for with the values, where they are plain. */
export interface Selector {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/** What an expression of PromQL selects. @throws where it is no PromQL */
export function selectorsOf(expression: string): Selector[] {
  const text = (from: number, to: number) => expression.slice(from, to);
  const selectors: Array<{ metric: string; labels: Record<string, string | undefined> }> = [];
  let label = '';
  let equal = false;
  parser.parse(expression).iterate({
    enter({ type, name, from, to }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expression}`);
      const last = selectors.at(-1);
      if (name === 'VectorSelector') selectors.push({ metric: '', labels: {} });
      else if (name === 'Identifier' && last?.metric === '') last.metric = text(from, to);
      else if (name === 'LabelName') label = text(from, to);
      else if (name === 'MatchOp') equal = text(from, to) === '=';
      else if (name === 'StringLiteral' && last)
        last.labels[label] = equal ? text(from + 1, to - 1) : undefined;
    },
  });
  return selectors;
}

/** The labels that an expression groups by. */
export function groupingOf(expression: string): string[] {
  const names: string[] = [];
  parser.parse(expression).iterate({
    enter({ name, from, to, node }) {
      if (name === 'LabelName' && node.parent?.name === 'GroupingLabels')
        names.push(expression.slice(from, to));
    },
  });
  return names;
}
