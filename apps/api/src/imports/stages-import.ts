import { createHash } from 'node:crypto';
import { readCsv, type CsvRow } from './csv';
import { type FeatureRecord, idOf, inOrder, momentOf, nameOf, type PlacedFeature } from './feature-record';
import { ImportRefused } from './import.errors';

export interface StagesFile {
  readonly path: string;
  /** Stages by the columns that say when they were entered, in the order of the stages. */
  readonly columns: ReadonlyMap<string, string>;
  readonly nameColumn: string;
  /** What names a feature for good; without it all that its row says does. */
  readonly idColumn?: string | undefined;
}

/** A feature of each row: a column for the moment that each stage was entered, empty where it was not. @throws ImportRefused */
export async function* featuresOfCsv(
  file: StagesFile,
  stages: readonly string[],
): AsyncGenerator<PlacedFeature> {
  for (const stage of file.columns.values()) {
    if (!stages.includes(stage))
      throw new ImportRefused(`--map: ${stage} is none of the stages ${stages.join(', ')}.`);
  }
  let header: Header | undefined;
  let index = 0;
  for await (const row of readCsv(file.path)) {
    if (header) {
      const bytes = row.cells.reduce((sum, cell) => sum + cell.length, 0);
      yield { file: file.path, index: ++index, line: row.line, bytes, read: recordOf(row, header) };
    } else header = headerOf(row, file);
  }
  if (!header) throw new ImportRefused(`${file.path} is empty.`);
}

interface Header {
  readonly width: number;
  readonly name: number;
  readonly id: number | undefined;
  readonly stages: readonly { readonly column: string; readonly at: number; readonly stage: string }[];
}

function headerOf({ cells }: CsvRow, { path, columns, nameColumn, idColumn }: StagesFile): Header {
  const place = (column: string): number => {
    const at = cells.indexOf(column);
    if (at < 0)
      throw new ImportRefused(`${path} has no column ${column}, but ${JSON.stringify(cells).slice(1, 500)}.`);
    if (cells.includes(column, at + 1))
      throw new ImportRefused(`${path} has more than one column ${column}.`);
    return at;
  };
  return {
    width: cells.length,
    name: place(nameColumn),
    id: idColumn === undefined ? undefined : place(idColumn),
    stages: [...columns].map(([column, stage]) => ({ column, at: place(column), stage })),
  };
}

function recordOf({ cells }: CsvRow, header: Header): { record: FeatureRecord } | { reason: string } {
  if (cells.length !== header.width) return { reason: `${cells.length} cells, not ${header.width}` };
  const entries = [];
  for (const { column, at, stage } of header.stages) {
    const text = cells[at] ?? '';
    if (text.trim() === '') continue;
    const moment = momentOf(text);
    if (moment === undefined) return { reason: `${column} is no moment: ${text.slice(0, 40)}` };
    entries.push({ stage, at: moment, by: null });
  }
  if (entries.length === 0) return { reason: 'it has entered no stage' };
  const id = header.id === undefined ? undefined : cells[header.id];
  if (id === '') return { reason: 'it has no id' };
  const externalId = id ?? createHash('sha256').update(JSON.stringify(cells)).digest('hex');
  const name = nameOf(cells[header.name] ?? '', externalId);
  return {
    record: {
      externalId: idOf(externalId),
      name,
      description: '',
      entries: inOrder(entries),
    },
  };
}
