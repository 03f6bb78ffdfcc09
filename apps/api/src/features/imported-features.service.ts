import { statement, type Queryable } from '@app/database';
import { eventOf } from '../events/outbox';
import { completionOf } from './stages';

/** A feature as another system recorded it. Times are RFC 3339. */
export interface ImportedFeature {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly description: string;
  /** In the order of time, no stage twice in a row. */
  readonly entries: readonly {
    readonly stage: string;
    readonly at: string;
    readonly actorId: string | null;
  }[];
  readonly metrics?: {
    readonly linesOfCode: number;
    readonly modifiedFiles: readonly string[];
    readonly newFiles: readonly string[];
  };
}

const MILLISECONDS = (moment: string) => `floor(extract(epoch FROM ${moment}) * 1000)::bigint`;

/**
 * $1 features (a JSON array), $2 all stages, $3 source. With times of their own; the entries of a moment keep their order, since
 * they are inserted in it.
 */
const IMPORT_FEATURES = statement(`
  WITH input AS (
    SELECT * FROM json_to_recordset($1::json) AS feature
      (id uuid, "externalId" text, name text, description text, entries json, metrics json)
  ), entry AS (
    SELECT i.id, e.n, e.entry ->> 'stage' AS stage, (e.entry ->> 'at')::timestamptz AS at, (e.entry ->> 'actorId')::uuid AS actor
    FROM input i CROSS JOIN LATERAL json_array_elements(i.entries) WITH ORDINALITY AS e (entry, n)
  ), span AS (
    SELECT id, min(at) AS started, max(at) AS ended, (array_agg(stage ORDER BY n DESC))[1] AS stage FROM entry GROUP BY id
  ), changed AS (
    INSERT INTO features (id, name, description, current_stage, start_time, last_updated, stage_completion, completion_percentage)
    SELECT i.id, i.name, i.description, s.stage, s.started, s.ended, ${completionOf('s.stage', '$2')},
           coalesce(${completionOf('s.stage', '$2')}, 0)
    FROM input i JOIN span s USING (id) RETURNING id
  ), entered AS (
    INSERT INTO stage_transitions (feature_id, from_stage, to_stage, timestamp, duration, actor_id)
    SELECT e.id, lag(e.stage) OVER w, e.stage, e.at, ${MILLISECONDS('e.at')} - ${MILLISECONDS('lag(e.at) OVER w')}, e.actor
    FROM entry e JOIN changed USING (id) WINDOW w AS (PARTITION BY e.id ORDER BY e.n) ORDER BY e.id, e.n
  ), measured AS (
    INSERT INTO code_metrics (feature_id, lines_of_code, modified_files, new_files)
    SELECT c.id, (i.metrics ->> 'linesOfCode')::int, ARRAY(SELECT json_array_elements_text(i.metrics -> 'modifiedFiles')),
           ARRAY(SELECT json_array_elements_text(i.metrics -> 'newFiles'))
    FROM input i JOIN changed c USING (id) WHERE i.metrics IS NOT NULL
  ), referenced AS (
    INSERT INTO external_references (source, kind, external_id, subject_id)
    SELECT $3::text, 'feature', i."externalId", c.id FROM input i JOIN changed c USING (id)
  ), event AS (
    ${eventOf('feature.created', 'changed', {
      actor: 'NULL',
      requestId: 'NULL',
      data: `jsonb_build_object('source', $3::text)`,
    })}
  )
  SELECT count(*) FROM changed`);

/** Writes what was imported, in the transaction of the import: nobody here did it, and the event names the source. */
export async function importFeatures(
  tx: Queryable,
  source: string,
  stages: readonly string[],
  features: readonly ImportedFeature[],
): Promise<void> {
  if (features.length > 0) await tx.query(IMPORT_FEATURES, [JSON.stringify(features), stages, source]);
}
