import { type GraphEdge, planOf } from './critical-path';

const nodes = (durations: Record<string, number>) =>
  Object.entries(durations).map(([id, duration]) => ({ id, duration }));
/** `b<a`: b depends on a to start; `b~a`: to finish. */
const edges = (...texts: string[]): GraphEdge[] =>
  texts.map((text) => {
    const [featureId = '', dependsOnId = ''] = text.split(/[<~]/);
    return { featureId, dependsOnId, type: text.includes('<') ? 'finish_to_start' : 'finish_to_finish' };
  });

describe('the plan of a graph', () => {
  it('follows a chain', () => {
    const plan = planOf(nodes({ a: 1, b: 2, c: 3 }), edges('b<a', 'c<b'));
    expect([plan.duration, plan.criticalPath]).toEqual([6, ['a', 'b', 'c']]);
    expect(plan.planned.get('c')).toEqual({ layer: 2, position: 0, start: 3, finish: 6, slack: 0 });
  });

  it('tells the slack of what is not on the path', () => {
    const plan = planOf(nodes({ a: 1, b: 5, c: 2, d: 1 }), edges('b<a', 'c<a', 'd<b', 'd<c'));
    expect(plan.criticalPath).toEqual(['a', 'b', 'd']);
    const slacks = [...'abcd'].map((id) => plan.planned.get(id)?.slack);
    expect(slacks).toEqual([0, 0, 3, 0]);
    expect([...'abcd'].map((id) => plan.planned.get(id)?.layer)).toEqual([0, 1, 1, 2]);
  });

  it('lets a finish wait for another finish alone', () => {
    const plan = planOf(nodes({ a: 4, b: 1, c: 1 }), edges('b~a', 'c<b'));
    expect([plan.duration, plan.criticalPath]).toEqual([5, ['a', 'b', 'c']]);
    expect(plan.planned.get('b')).toMatchObject({ start: 0, finish: 4, slack: 3 });
    const shorter = planOf(nodes({ a: 4, b: 6 }), edges('b~a'));
    expect([shorter.duration, shorter.criticalPath]).toEqual([6, ['b']]);
    expect(shorter.planned.get('a')?.slack).toBe(2);
  });

  it('settles ties by the lowest id', () => {
    expect(planOf(nodes({ a: 1, b: 1, c: 1 }), edges('c<a', 'c<b')).criticalPath).toEqual(['a', 'c']);
    expect(planOf(nodes({ b: 1, a: 1 }), []).criticalPath).toEqual(['a']);
    expect(planOf([], [])).toEqual({ duration: 0, criticalPath: [], planned: new Map() });
  });

  it('agrees with a slow search of all paths on random graphs', () => {
    let seed = 42;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    for (let round = 0; round < 50; round++) {
      const ids = [...'abcdefghij'];
      const durations = Object.fromEntries(ids.map((id) => [id, random(9)]));
      const chosen = ids.flatMap((id, i) =>
        ids
          .slice(0, i)
          .filter(() => random(4) === 0)
          .map((before) => `${id}<${before}`),
      );
      const longest = (id: string): number =>
        (durations[id] ?? 0) +
        Math.max(
          0,
          ...chosen.filter((edge) => edge.startsWith(`${id}<`)).map((edge) => longest(edge.slice(2))),
        );
      const plan = planOf(nodes(durations), edges(...chosen));
      for (const id of ids) expect(plan.planned.get(id)?.finish).toBe(longest(id));
      const along = plan.criticalPath.reduce((sum, id) => sum + (durations[id] ?? 0), 0);
      expect([plan.duration, along]).toEqual([Math.max(...ids.map(longest)), plan.duration]);
    }
  });
});
