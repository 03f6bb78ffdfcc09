import { historyOf, type RecordedDependency } from './record';
import { RUNNING, spellsOf } from './spells';

const STAGES = ['todo', 'doing', 'done'];
type Entries = [string, number][];

function spells(features: Record<string, Entries>, asOf: number, dependencies: RecordedDependency[] = []) {
  const history = historyOf({ stages: STAGES, features: Object.entries(features), dependencies });
  return history.ids.flatMap((id, feature) =>
    spellsOf(history, feature, asOf).map(({ stage, duration, next }) => [
      id,
      history.stages[stage],
      duration,
      next === RUNNING ? null : history.stages[next],
    ]),
  );
}

describe('the stays of a history', () => {
  it('end with the next entry, and the last goes on', () => {
    const entries: Entries = [
      ['todo', 100],
      ['doing', 130],
      ['todo', 170],
    ];
    expect(spells({ a: entries }, 200)).toEqual([
      ['a', 'todo', 30, 'doing'],
      ['a', 'doing', 40, 'todo'],
      ['a', 'todo', 30, null],
    ]);
  });

  it('know nothing that came later', () => {
    const entries: Entries = [
      ['todo', 100],
      ['doing', 130],
      ['done', 170],
    ];
    expect(spells({ a: entries, b: [['todo', 161]] }, 160)).toEqual([
      ['a', 'todo', 30, 'doing'],
      ['a', 'doing', 30, null],
    ]);
  });

  it('do not last past completion, and begin again with a reopening', () => {
    const entries: Entries = [
      ['doing', 0],
      ['done', 10],
      ['doing', 50],
    ];
    expect(spells({ a: entries }, 60)).toEqual([
      ['a', 'doing', 10, 'done'],
      ['a', 'doing', 10, null],
    ]);
  });

  it('know stages that are no longer configured', () => {
    expect(
      spells(
        {
          a: [
            ['idea', 1],
            ['done', 5],
          ],
        },
        9,
      ),
    ).toEqual([['a', 'idea', 4, 'done']]);
  });

  it('leave out what dependencies took before the start, however they overlap', () => {
    const features: Record<string, Entries> = {
      a: [
        ['todo', 0],
        ['doing', 100],
      ],
      b: [
        ['todo', 0],
        ['done', 40],
      ],
      c: [
        ['todo', 0],
        ['done', 60],
      ],
    };
    const edges: RecordedDependency[] = [
      ['a', 'b', 'finish_to_start', 10],
      ['a', 'c', 'finish_to_start', 20],
    ];
    expect(spells(features, 200, edges)[0]).toEqual(['a', 'todo', 50, 'doing']);
    // As 50 knows it, it waits since 10.
    expect(spells(features, 50, edges)[0]).toEqual(['a', 'todo', 10, null]);
  });

  it('leave out stays in which waiting for a completion cannot be told from work', () => {
    const features: Record<string, Entries> = {
      a: [
        ['doing', 0],
        ['done', 100],
      ],
      b: [
        ['doing', 0],
        ['done', 100],
      ],
      c: [
        ['todo', -50],
        ['done', 60],
      ],
      d: [
        ['todo', -50],
        ['done', -1],
      ],
    };
    const edges: RecordedDependency[] = [
      ['a', 'c', 'finish_to_finish', -50],
      ['b', 'd', 'finish_to_finish', -50],
    ];
    expect(spells(features, 200, edges).map(([id]) => id)).toEqual(['b', 'c', 'd']);
  });
});
