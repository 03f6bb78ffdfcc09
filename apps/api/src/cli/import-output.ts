import type { ImportReport } from '../imports/github-import.service';

/** The counts as a table. */
export function importLines({ dryRun, people, tasks, messages }: ImportReport): string[] {
  const row = (...cells: (string | number)[]) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(10) : String(cell).padStart(9))).join('');
  return [
    ...(dryRun ? ['Dry run: nothing was written. It would be:'] : []),
    row('', 'made', 'skipped', 'refused'),
    ...Object.entries({ people, tasks, messages }).map(([what, { made, skipped, refused }]) =>
      row(what, made, skipped, refused),
    ),
  ];
}

/** One line for each record that was refused: where it stands, and why. */
export function refusalLines({ refusals }: ImportReport): string[] {
  const byFile = Object.values(Object.groupBy(refusals, ({ file }) => file));
  return byFile.flatMap((ofFile = []) =>
    ofFile
      .toSorted((a, b) => a.record - b.record)
      .map(({ file, record, line, reason }) => `${file}, record ${record} (line ${line}): ${reason}`),
  );
}
