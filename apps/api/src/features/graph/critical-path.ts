import type { DependencyType } from '../feature-dependency.entity';

export interface GraphNode {
  readonly id: string;
  /** Hours that the feature itself takes. */
  readonly duration: number;
}

export interface GraphEdge {
  readonly featureId: string;
  readonly dependsOnId: string;
  readonly type: DependencyType;
}

/** Where a feature is in the plan; hours from its beginning. */
export interface Planned {
  readonly layer: number;
  readonly position: number;
  readonly start: number;
  readonly finish: number;
  /** How much longer the feature itself may take without moving the end of all. */
  readonly slack: number;
}

export interface Plan {
  readonly duration: number;
  readonly criticalPath: readonly string[];
  readonly planned: ReadonlyMap<string, Planned>;
}

/**
 * The critical path method (Kelley and Walker, 1959), with dependencies of both types: one that is finish_to_finish holds up the
 * finish alone. Of paths of the same length the one with the lowest ids is told.
 */
export function planOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Plan {
  const network = new Network(nodes, edges);
  return { duration: network.end, criticalPath: network.criticalPath(), planned: network.planned() };
}

interface Times {
  start: number;
  finish: number;
  layer: number;
  latest: number;
}

class Network {
  readonly end: number;
  private readonly durations: ReadonlyMap<string, number>;
  private readonly needs: ReadonlyMap<string, GraphEdge[]>;
  private readonly times = new Map<string, Times>();
  private readonly order: readonly string[];

  constructor(nodes: readonly GraphNode[], edges: readonly GraphEdge[]) {
    this.durations = new Map(nodes.map(({ id, duration }) => [id, duration]));
    this.needs = Map.groupBy(edges, ({ featureId }) => featureId);
    this.order = topological([...this.durations.keys()].toSorted(), edges);
    for (const id of this.order) this.times.set(id, this.earliest(id));
    this.end = Math.max(0, ...this.order.map((id) => this.at(id).finish));
    for (const id of this.order) this.at(id).latest = this.end;
    for (const id of this.order.toReversed()) this.passBack(id);
  }

  criticalPath(): string[] {
    const path: string[] = [];
    let id = this.order.toSorted().find((each) => this.at(each).finish === this.end);
    while (id !== undefined) {
      path.unshift(id);
      id = this.driverOf(id);
    }
    return path;
  }

  planned(): Map<string, Planned> {
    const places = this.places();
    return new Map(
      this.order.map((id) => {
        const { start, finish, layer, latest } = this.at(id);
        const slack = latest - (start + this.duration(id));
        return [id, { layer, position: places.get(id) ?? 0, start, finish, slack }];
      }),
    );
  }

  private earliest(id: string): Times {
    const needs = this.needs.get(id) ?? [];
    const last = (type: DependencyType) =>
      Math.max(
        0,
        ...needs.filter((edge) => edge.type === type).map((edge) => this.at(edge.dependsOnId).finish),
      );
    const start = last('finish_to_start');
    const finish = Math.max(start + this.duration(id), last('finish_to_finish'));
    const layer = Math.max(0, ...needs.map(({ dependsOnId }) => this.at(dependsOnId).layer + 1));
    return { start, finish, layer, latest: 0 };
  }

  private passBack(id: string): void {
    const { latest } = this.at(id);
    for (const { dependsOnId, type } of this.needs.get(id) ?? []) {
      const before = this.at(dependsOnId);
      before.latest = Math.min(
        before.latest,
        type === 'finish_to_start' ? latest - this.duration(id) : latest,
      );
    }
  }

  /** What a feature waited for before it could finish when it does; undefined: for nothing but itself. */
  private driverOf(id: string): string | undefined {
    const { start, finish } = this.at(id);
    const own = start + this.duration(id) === finish;
    const [type, moment] = own
      ? (['finish_to_start', start] as const)
      : (['finish_to_finish', finish] as const);
    if (moment === 0) return undefined;
    return (this.needs.get(id) ?? [])
      .filter((edge) => edge.type === type && this.at(edge.dependsOnId).finish === moment)
      .map(({ dependsOnId }) => dependsOnId)
      .toSorted()[0];
  }

  /** Within its layer, near the middle of what it depends on: lines cross less. */
  private places(): Map<string, number> {
    const places = new Map<string, number>();
    const layers = Map.groupBy(this.order, (id) => this.at(id).layer);
    for (const [, ids] of [...layers].toSorted(([a], [b]) => a - b)) {
      const middle = (id: string) => {
        const found = (this.needs.get(id) ?? []).map(({ dependsOnId }) => places.get(dependsOnId) ?? 0);
        return found.reduce((sum, place) => sum + place, 0) / (found.length || 1);
      };
      const middles = new Map(ids.map((id) => [id, middle(id)]));
      const sorted = ids.toSorted(
        (a, b) => (middles.get(a) ?? 0) - (middles.get(b) ?? 0) || (a < b ? -1 : 1),
      );
      sorted.forEach((id, place) => places.set(id, place));
    }
    return places;
  }

  private duration(id: string): number {
    return this.durations.get(id) ?? 0;
  }

  private at(id: string): Times {
    const times = this.times.get(id);
    if (!times) throw new Error(`the dependencies of ${id} form a cycle`);
    return times;
  }
}

/** What is depended on comes first (Kahn, 1962). */
function topological(ids: readonly string[], edges: readonly GraphEdge[]): string[] {
  const waiting = new Map(ids.map((id) => [id, 0]));
  for (const { featureId } of edges) waiting.set(featureId, (waiting.get(featureId) ?? 0) + 1);
  const dependents = Map.groupBy(edges, ({ dependsOnId }) => dependsOnId);
  const order = ids.filter((id) => waiting.get(id) === 0);
  for (const id of order) {
    for (const { featureId } of dependents.get(id) ?? []) {
      const left = (waiting.get(featureId) ?? 0) - 1;
      waiting.set(featureId, left);
      if (left === 0) order.push(featureId);
    }
  }
  return order;
}
