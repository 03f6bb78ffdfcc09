import type { Refusal, Tally } from '../imports/feature-import.service';

/** What came of an import: how many of what. */
type Report = Readonly<Partial<Record<'people' | 'tasks' | 'messages' | 'features', Tally>>> & {
  readonly dryRun: boolean;
};

/** The counts as a table. */
export function importLines({ dryRun, people, tasks, messages, features }: Report): string[] {
  const row = (...cells: (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(10) : String(cell).padStart(9))).join('');
  return [
    ...(dryRun ? ['Dry run: nothing was written. It would be:'] : []),
    row('', 'made', 'skipped', 'refused'),
    ...Object.entries({ people, tasks, messages, features }).flatMap(([what, tally]) =>
      tally ? [row(what, tally.made, tally.skipped, tally.refused)] : [],
    ),
  ];
}

/** One line for each record that was refused: where it stands, and why. */
export function refusalLines({ refusals }: { readonly refusals: readonly Refusal[] }): string[] {
  const byFile = Object.values(Object.groupBy(refusals, ({ file }) => file));
  return byFile.flatMap((ofFile = []) =>
    ofFile
      .toSorted((a, b) => a.record - b.record)
      .map(({ file, record, line, reason }) => shown(`${file}, record ${record} (line ${line}): ${reason}`)),
  );
}

/** What others wrote must not move the cursor of a terminal, nor begin a line of its own. */
function shown(text: string): string {
  return text.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
