/** One feature depends on another: their ids. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/**
 * A shortest way along the edges, both ends included; undefined when there is none. Breadth first.
 * @returns ids, each depending on the next
 */
export function shortestPath(edges: readonly Edge[], start: string, end: string): string[] | undefined {
  const next = Map.groupBy(edges, ({ from }) => from);
  const cameFrom = new Map<string, string | null>([[start, null]]);
  for (const [id] of cameFrom) {
    if (id === end) return backTo(start, end, cameFrom);
    for (const { to } of next.get(id) ?? []) {
      if (!cameFrom.has(to)) cameFrom.set(to, id);
    }
  }
  return undefined;
}

function backTo(start: string, end: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const path = [end];
  for (let id = end; id !== start;) {
    id = cameFrom.get(id) ?? start;
    path.unshift(id);
  }
  return path;
}
