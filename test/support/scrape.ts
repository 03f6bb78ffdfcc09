export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one scrape answered, as Prometheus reads it. */
export class Scrape {
  private constructor(
    readonly text: string,
    readonly samples: readonly Sample[],
    /** Help and type of each family, by its name. */
    readonly families: ReadonlyMap<string, { readonly help: string; readonly type: string }>,
  ) {}

  static async of(port: number): Promise<Scrape> {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return Scrape.parse(await response.text());
  }

  static parse(text: string): Scrape {
    const lines = text.split('\n');
    const told = (word: string) =>
      new Map(
        lines.flatMap((line) => {
          const [, name, rest] = new RegExp(`^# ${word} (\\S+) (.*)$`).exec(line) ?? [];
          return name === undefined ? [] : [[name, rest ?? ''] as const];
        }),
      );
    const types = told('TYPE');
    const families = [...told('HELP')].map(
      ([name, help]) => [name, { help, type: types.get(name) ?? '' }] as const,
    );
    const samples = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseSample);
    return new Scrape(text, samples, new Map(families));
  }

  /** The samples of that name whose labels are, among others, these. */
  find(name: string, labels: Record<string, string> = {}): Sample[] {
    return this.samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
  }

  /** The sum of those. */
  sum(name: string, labels: Record<string, string> = {}): number {
    return this.find(name, labels).reduce((sum, { value }) => sum + value, 0);
  }
}

function parseSample(line: string): Sample {
  const [, name = '', list = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  const labels = Object.fromEntries(
    [...list.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text]),
  );
  return { name, labels, value: value === '+Inf' ? Infinity : Number(value) };
}
