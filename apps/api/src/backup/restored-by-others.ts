import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import { ownTables } from './load';
import { leapAhead, revokeCredentials, tellRestore } from './restored-state';
import { readSequences } from './tables';

/**
 * What a restore does beside bringing rows back, for a database that PostgreSQL's own means have taken back to an earlier
 * moment: ends sessions and tokens, tells readers of events, and lets mail and jobs rest.
 * @param options `keepSessions`: whoever was signed in at that moment stays so
 * @returns that moment: when the last event happened that is still there; null where there is none
 */
export async function settleRestored(
  dataSource: DataSource,
  { keepSessions = false }: { keepSessions?: boolean } = {},
): Promise<string | null> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const client = (await queryRunner.connect()) as ClientBase;
    await queryRunner.startTransaction();
    try {
      const moment = await lastEvent(client);
      const time = moment ?? new Date().toISOString();
      const sequences = await readSequences(client, await ownTables(client, dataSource));
      await leapAhead(client, [], { sequences, time });
      if (!keepSessions) await revokeCredentials(client);
      await tellRestore(client, { time });
      await queryRunner.commitTransaction();
      return moment;
    } catch (error) {
      await queryRunner.rollbackTransaction();
      throw error;
    }
  } finally {
    await queryRunner.release();
  }
}

async function lastEvent(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ time: string | null }>('SELECT max(time) AS time FROM events');
  return rows[0]?.time ?? null;
}
