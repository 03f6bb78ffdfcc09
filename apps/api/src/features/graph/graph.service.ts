import { Injectable } from '@nestjs/common';
import { Database, first, statement } from '@app/database';
import { isUuidText } from '../../common/fields/fields';
import { ValidationFailed } from '../../common/errors/common.errors';
import type { GraphQuery, GraphResponse } from '../dto/graph.dto';
import { containing } from '../feature.filters';
import { Stages } from '../stages';
import { type GraphEdge, planOf } from './critical-path';

/** $1 pattern of names or null, $2 the final stage, $3 whether to leave out what is completed. */
const GRAPH = statement(`
  WITH f AS (
    SELECT id, name, current_stage, current_stage = $2 AS completed FROM features
    WHERE ($1::text IS NULL OR name ILIKE $1::text) AND NOT ($3::boolean AND current_stage = $2)
  ), edges AS (
    SELECT d.feature_id, d.depends_on_id, d.type FROM feature_dependencies d
    JOIN f a ON a.id = d.feature_id JOIN f b ON b.id = d.depends_on_id
  )
  SELECT (SELECT coalesce(json_agg(json_build_object('featureId', feature_id, 'dependsOnId', depends_on_id, 'type', type)
            ORDER BY feature_id, depends_on_id), '[]') FROM edges) AS edges,
         (SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'currentStage', current_stage,
            'completed', completed)), '[]') FROM f
          WHERE id IN (SELECT feature_id FROM edges UNION SELECT depends_on_id FROM edges)) AS nodes`);

type Found = { edges: GraphEdge[]; nodes: Node[] };
interface Node {
  readonly id: string;
  readonly name: string;
  readonly currentStage: string;
  readonly completed: boolean;
}

@Injectable()
export class GraphService {
  constructor(
    private readonly database: Database,
    private readonly stages: Stages,
  ) {}

  /** @throws ValidationFailed when a duration is none */
  async graph({ name, open = false, hours = 24, durations = [] }: GraphQuery): Promise<GraphResponse> {
    const given = new Map(durations.map(durationOf));
    const pattern = name === undefined ? null : containing(name);
    const found = await first<Found>(this.database, GRAPH, [pattern, this.stages.final, open]);
    const { nodes, edges } = found ?? { nodes: [], edges: [] };
    const durationOfNode = ({ id, completed }: Node) => given.get(id) ?? (completed ? 0 : hours);
    const timed = nodes.map((node) => ({ ...node, duration: durationOfNode(node) }));
    // A completed feature constrains nothing: it takes no time, and nothing waits for it.
    const done = new Set(nodes.filter(({ completed }) => completed).map(({ id }) => id));
    const plan = planOf(timed, edges);
    const critical = new Set(plan.criticalPath);
    const features = timed.flatMap((node) => {
      const planned = plan.planned.get(node.id);
      return planned ? [{ ...node, ...planned, critical: critical.has(node.id) && !done.has(node.id) }] : [];
    });
    return {
      features: features.toSorted((a, b) => a.layer - b.layer || a.position - b.position),
      dependencies: edges,
      criticalPath: plan.criticalPath.filter((id) => !done.has(id)),
      duration: plan.duration,
    };
  }
}

function durationOf(text: string): [string, number] {
  const [, id = '', hours = ''] = /^(.+)=(\d{1,6}(?:\.\d{1,6})?)$/.exec(text) ?? [];
  if (isUuidText(id)) return [id.toLowerCase(), Number(hours)];
  const errors = [
    { in: 'query', pointer: '#/durations', code: 'wrong_format', detail: 'must be id=hours' },
  ] as const;
  throw ValidationFailed.error(undefined, { errors });
}
