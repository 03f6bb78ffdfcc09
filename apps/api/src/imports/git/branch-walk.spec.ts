import { BranchWalk } from './branch-walk';

/** `hash parent…` with its author's time: the children first. */
const walked = (tip: string, ...commits: [line: string, at: number][]) => {
  const walk = new BranchWalk(tip);
  for (const [line, at] of commits) {
    const [hash = '', ...parents] = line.split(' ');
    walk.take({ hash, parents, at, name: hash, email: '' });
  }
  return walk;
};

describe('what merges brought in', () => {
  it('is known as soon as the branch is through', () => {
    const walk = walked('m', ['m c b', 9], ['b a', 5], ['a z', 3]);
    expect(walk.workOf('m')).toBeUndefined();
    walk.take({ hash: 'c', parents: ['z'], at: 4, name: 'c', email: '' });
    expect(walk.workOf('m')).toMatchObject({ first: { at: 3, name: 'a' }, last: { at: 5, name: 'b' } });
    expect(walk.held).toBe(0);
  });

  it('is the work of the oldest merge that reaches it', () => {
    // Branch x goes on after it was merged by n, and is merged once more by m.
    const walk = walked('m', ['m n y', 9], ['y x', 8], ['n c x', 7], ['x w', 5], ['w c', 4], ['c', 1]);
    expect(walk.workOf('m')).toMatchObject({ first: { name: 'y' }, last: { name: 'y' } });
    expect(walk.workOf('n')).toMatchObject({ first: { name: 'w' }, last: { name: 'x' } });
  });

  it('leaves out what came from the main line into the branch, and its merge', () => {
    const walk = walked('m', ['m d u', 9], ['u a d', 8], ['d c', 7], ['a c', 2], ['c', 1]);
    expect(walk.workOf('m')).toMatchObject({ first: { name: 'a' }, last: { name: 'a' } });
  });

  it('is a merge where there is nothing else', () => {
    const walk = walked('m', ['m c u', 9], ['u c b', 8], ['c b', 7], ['b', 1]);
    expect(walk.workOf('m')).toMatchObject({ first: { name: 'u' } });
  });

  it('is nothing where the main line had it all', () => {
    const walk = walked('m', ['m c b', 9], ['c b', 8], ['b', 1]);
    expect([walk.workOf('m'), walk.workOf('m')]).toEqual([null, undefined]);
  });

  it('is what is there where history is cut off', () => {
    const walk = walked('m', ['m c b', 9], ['b a', 5]);
    walk.end();
    expect(walk.workOf('m')).toMatchObject({ first: { name: 'b' } });
  });

  it('passes over moments that no calendar has', () => {
    const walk = walked('m', ['m c b', 9], ['b a', 1e15], ['a c', 3], ['c', 1]);
    expect(walk.workOf('m')).toMatchObject({ first: { name: 'a' }, last: { name: 'a' } });
  });
});
