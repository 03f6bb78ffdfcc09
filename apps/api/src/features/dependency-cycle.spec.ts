import { type Edge, shortestPath } from './dependency-cycle';

const edges = (...pairs: string[]): Edge[] =>
  pairs.map((pair) => ({ from: pair.charAt(0), to: pair.charAt(1) }));

describe('the way from one feature to another', () => {
  it('is a shortest one', () => {
    expect(shortestPath(edges('ab', 'bc', 'cd', 'de', 'ac', 'ce'), 'a', 'e')).toEqual(['a', 'c', 'e']);
  });

  it('of a feature to itself is that feature', () => {
    expect(shortestPath([], 'a', 'a')).toEqual(['a']);
  });

  it('goes along dependencies, never against them', () => {
    expect(shortestPath(edges('ba', 'bc'), 'a', 'c')).toBeUndefined();
  });

  it('is found where older rows already form a cycle', () => {
    expect(shortestPath(edges('ab', 'ba', 'bc'), 'a', 'c')).toEqual(['a', 'b', 'c']);
    expect(shortestPath(edges('ab', 'ba'), 'a', 'c')).toBeUndefined();
  });
});
