import type { AdoptionResult } from '../database/adopt';
import { counted } from './io';

type Adopted = Extract<AdoptionResult, { outcome: 'adopted' }>;
type Refused = Extract<AdoptionResult, { outcome: 'refused' }>;

/** What adopting did to the rows, one change a line. */
export function adoptionLines({ mapped, filled, migrations }: Adopted): string[] {
  return [
    ...mapped.map(
      ({ table, column, from, to, rows }) =>
        `Replaced ${table}.${column} "${from}" by "${to}" in ${counted(rows, 'row')}`,
    ),
    ...filled.map(
      ({ table, column, rows }) => `Filled ${table}.${column} from its default in ${counted(rows, 'row')}`,
    ),
    ...migrations.map((name) => `Applied ${name}`),
  ];
}

/** Why a database was not adopted, and what to do about it. */
export function refusalLines(refused: Refused): string[] {
  switch (refused.reason) {
    case 'empty':
      return [
        'There is nothing to adopt: the database has none of the tables. "fuse db migrate" makes them.',
      ];
    case 'migrated_already':
      return ['There is nothing to adopt: migrations made this database.'];
    case 'tables_in_the_way':
      return [`Tables of these names would be made, and are there already: ${refused.tables.join(', ')}.`];
    case 'not_the_reference':
      return [
        'The database differs from the schema reference, so nothing was changed:',
        ...refused.differences.map(
          ({ object, expected, found }) => `  ${object}: ${found ?? 'missing'}, not ${expected ?? 'there'}`,
        ),
      ];
    case 'values_do_not_fit':
      return [
        'Some values do not fit, so nothing was changed. Replace them with --map column:old=new, or by hand:',
        ...refused.misfits.map(
          ({ table, column, value, rows, rule }) =>
            `  ${table}.${column} is ${value === null ? 'NULL' : `"${value}"`} in ${counted(rows, 'row')}; rule: ${rule}`,
        ),
      ];
  }
}
