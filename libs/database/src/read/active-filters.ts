import type { SqlValue, Statement } from '../statement';
import type { Filter } from './filters';
import type { ReadShape } from './shape';

/** A filter that a request uses, with what is bound to it. */
interface Active {
  readonly filter: Filter;
  readonly variant: string;
  /** `$n`, or nothing where nothing is bound. */
  readonly placeholder: string;
}

/** The filters of a list that a request uses. */
export class ActiveFilters {
  /** Which they are, with their variants: requests that are alike in it share their SQL. */
  readonly variants: string;
  /** What is bound, in the order of placeholders. */
  readonly values: readonly SqlValue[];
  /** Those that values were given for, by name. */
  readonly given: readonly (readonly [name: string, value: unknown])[];
  private readonly active: readonly Active[];

  constructor(filters: Readonly<Record<string, Filter>>, given: Readonly<Record<string, unknown>>) {
    const used = Object.entries(filters).filter(([name]) => given[name] !== undefined);
    const values: SqlValue[] = [];
    this.active = used.map(([name, filter]) => {
      const value = filter.bind(given[name]);
      const placeholder = value === undefined ? '' : `$${values.push(value)}`;
      return { filter, variant: filter.variant(given[name]), placeholder };
    });
    this.values = values;
    this.given = used.map(([name]) => [name, given[name]]);
    this.variants = this.active.map(({ variant }, i) => `${used[i]?.[0]}:${variant}`).join(';');
  }

  /** Ranking takes long, and behind it others would wait; where the plan depends on the values, it is made for them. */
  get lane(): Statement['lane'] {
    if (this.search) return undefined;
    return this.active.every(({ filter, variant }) => filter.anyPlan?.(variant)) ? 'pages' : 'planned';
  }

  conditions(shape: ReadShape, alias: string): string[] {
    return this.active.map(({ filter, variant, placeholder }) =>
      filter.sql(placeholder, variant, shape, alias),
    );
  }

  /** SQL for how well a row matches; undefined: nothing is searched for. */
  ranking(alias: string): string | undefined {
    return this.search?.filter.ranking?.(this.search.placeholder, alias);
  }

  /** SQL for the snippets of a row. */
  highlight(alias: string): string | undefined {
    return this.search?.filter.highlight?.(this.search.placeholder, alias);
  }

  private get search(): Active | undefined {
    return this.active.find(({ filter }) => filter.ranking);
  }
}
