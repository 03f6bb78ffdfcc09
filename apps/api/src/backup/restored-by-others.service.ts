import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import type { Config } from '../config/config';
import { eraseAgain } from './erase-again';
import { journalIn, ownJournal } from './erasure-journal.service';
import type { ErasureLine } from './erasure-lines';
import { ownTables } from './load';
import { leapAhead, revokeCredentials, tellRestore } from './restored-state';
import { type PlaceSettings, placeAt } from './places.service';
import { readSequences } from './tables';

/**
 * What a restore does beside bringing rows back, for a database that PostgreSQL's own means have taken back to an earlier
 * moment: ends sessions and tokens, erases again who was erased after it, tells readers of events, and lets mail and jobs rest.
 * @param options `keepSessions`: whoever was signed in at that moment stays so
 * @returns that moment: when the last event happened that is still there; null where there is none. And how many people were
 * erased again, by the journals in `DATA_DIR` and `BACKUP_TO`
 */
export async function settleRestored(
  dataSource: DataSource,
  config: Pick<Config, 'DATA_DIR' | 'BACKUP_TO'> & PlaceSettings,
  { keepSessions = false }: { keepSessions?: boolean } = {},
): Promise<{ moment: string | null; erased: number }> {
  const erasures = await journals(config);
  const queryRunner = dataSource.createQueryRunner();
  try {
    const client = (await queryRunner.connect()) as ClientBase;
    await queryRunner.startTransaction();
    try {
      const moment = await lastEvent(client);
      const time = moment ?? new Date().toISOString();
      const sequences = await readSequences(client, await ownTables(client, dataSource));
      const erased = await eraseAgain(client, erasures);
      await leapAhead(client, [], { sequences, time });
      if (!keepSessions) await revokeCredentials(client);
      await tellRestore(client, { time });
      await queryRunner.commitTransaction();
      return { moment, erased };
    } catch (error) {
      await queryRunner.rollbackTransaction();
      throw error;
    }
  } finally {
    await queryRunner.release();
  }
}

async function journals({
  DATA_DIR,
  BACKUP_TO,
  ...places
}: Pick<Config, 'DATA_DIR' | 'BACKUP_TO'> & PlaceSettings): Promise<ErasureLine[]> {
  const beside = BACKUP_TO === undefined ? [] : await journalIn(placeAt(BACKUP_TO, places));
  return [...(await ownJournal(DATA_DIR)), ...beside];
}

async function lastEvent(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ time: string | null }>('SELECT max(time) AS time FROM events');
  return rows[0]?.time ?? null;
}
