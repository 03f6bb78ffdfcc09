import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { PlacedFeature } from './feature-record';
import { ImportRefused } from './import.errors';
import { readIssue, withStages } from './jira-records';
import { readArray } from './json-array';

/** Stages by the names of statuses, in lower case. */
export type StatusMap = ReadonlyMap<string, string>;

/**
 * Reads a JSON object of stages by status: `{"In Progress": "development", …}`. A status that is called as a stage needs none.
 * @throws ImportRefused
 */
export async function readStatusMap(path: string | undefined, stages: readonly string[]): Promise<StatusMap> {
  const own = stages.map((stage) => [stage.toLowerCase(), stage] as const);
  if (path === undefined) return new Map(own);
  const given = await jsonOf(path);
  for (const [status, stage] of Object.entries(given)) {
    if (typeof stage === 'string' && stages.includes(stage)) continue;
    throw new ImportRefused(
      `${path}: ${JSON.stringify(stage)} (of ${status}) is none of the stages ${stages.join(', ')}.`,
    );
  }
  const mapped = Object.entries(given).map(
    ([status, stage]) => [status.toLowerCase(), String(stage)] as const,
  );
  return new Map([...own, ...mapped]);
}

async function jsonOf(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new ImportRefused(`${path} cannot be read: ${error.message}.`);
  });
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Told below, as is JSON of another form.
  }
  throw new ImportRefused(`${path} is no JSON object of stages by status.`);
}

/**
 * Reads all of the file once, so that a status without a stage is known before anything is written.
 * @returns how many issues there are, bad ones included
 * @throws ImportRefused
 */
export async function refuseUnknownStatuses(path: string, map: StatusMap): Promise<number> {
  const unknown = new Map<string, number>();
  let issues = 0;
  for await (const { value, index } of readArray(path, basename(path))) {
    issues = index;
    const read = readIssue(value);
    if (!('record' in read)) continue;
    for (const status of new Set(read.record.entries.map(({ stage }) => stage))) {
      if (!map.has(status.toLowerCase())) unknown.set(status, (unknown.get(status) ?? 0) + 1);
    }
  }
  if (unknown.size === 0) return issues;
  const named = [...unknown].map(([status, count]) => `${JSON.stringify(status)} (${count} issues)`);
  throw new ImportRefused(
    `These statuses have no stage, so nothing was written: ${named.join(', ')}. Add them to the file of --map.`,
  );
}

/** A feature of each issue. @throws ImportRefused */
export async function* featuresOfJira(path: string, map: StatusMap): AsyncGenerator<PlacedFeature> {
  const file = basename(path);
  for await (const { index, line, bytes, value } of readArray(path, file)) {
    const read = value === undefined ? { reason: 'larger than 16 MiB' } : readIssue(value);
    const stageOf = (status: string) => map.get(status.toLowerCase());
    yield {
      file,
      index,
      line,
      bytes,
      read: 'record' in read ? { record: withStages(read.record, stageOf) } : read,
    };
  }
}
