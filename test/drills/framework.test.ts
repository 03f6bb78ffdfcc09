import { existsSync } from 'node:fs';
import { findDrills } from './framework/discover';
import type { Drill, Scene } from './framework/drill';
import { program } from './framework/needs';
import { renderDocument, summary } from './framework/report';
import { runDrill } from './framework/run-drill';

const drillOf = (run: (scene: Scene) => Promise<void>, needs?: Drill['needs']): Drill => ({
  name: 'some-drill',
  what: 'something is broken',
  quick: true,
  run,
  needs,
});

const carriedOut = (drill: Drill) => runDrill(drill, { quick: true, say: () => undefined });

describe('a drill', () => {
  it('passes when every promise held, and its folder is gone afterwards', async () => {
    let folder = '';
    const outcome = await carriedOut(
      drillOf(async (scene) => {
        folder = scene.folder;
        expect(existsSync(folder)).toBe(true);
        scene.count('kills', 3);
        scene.must('nothing is lost', true);
      }),
    );
    expect(outcome).toMatchObject({ verdict: 'passed', counts: { kills: 3 }, kept: 1, complaints: [] });
    expect(existsSync(folder)).toBe(false);
  });

  it('fails when one did not, and goes on', async () => {
    const outcome = await carriedOut(
      drillOf(async (scene) => {
        scene.must('nothing is lost', false, ['a task']);
        scene.must('nothing is doubled', true);
      }),
    );
    expect(outcome).toMatchObject({ verdict: 'failed', kept: 1 });
    expect(outcome.complaints).toEqual(["nothing is lost, but: [ 'a task' ]"]);
  });

  it('fails when it breaks, or leaves something behind, and cleans up in reverse order all the same', async () => {
    const cleaned: string[] = [];
    const outcome = await carriedOut(
      drillOf(async (scene) => {
        scene.after(() => cleaned.push('first'));
        scene.after(() => Promise.reject(new Error('stuck')));
        scene.after(() => cleaned.push('last'));
        throw new Error('no database');
      }),
    );
    expect(outcome.verdict).toBe('failed');
    expect(outcome.complaints.join()).toMatch(/no database.*stuck/s);
    expect(cleaned).toEqual(['last', 'first']);
  });

  it('fails when it hangs', async () => {
    const hanging = drillOf(() => new Promise(() => undefined));
    const outcome = await runDrill(hanging, { quick: true, say: () => undefined, limitSeconds: 0.05 });
    expect(outcome.verdict).toBe('failed');
    expect(outcome.complaints.join()).toContain('it did not end within 0.05 s');
  });

  it('is skipped where something is missing, and says how to get it', async () => {
    const missing = program('a-program-that-nobody-has', 'a-package');
    const outcome = await carriedOut(drillOf(() => Promise.reject(new Error('it ran')), [missing]));
    expect(outcome.verdict).toBe('skipped');
    expect(summary(outcome)).toContain('needs a-program-that-nobody-has: apt-get install a-package');
  });
});

describe('the document', () => {
  const outcomeOf = (name: string, figure: number) => ({
    ...{
      drill: { ...drillOf(async () => undefined), name },
      verdict: 'passed' as const,
      seconds: 2,
      kept: 1,
    },
    ...{ counts: { kills: figure }, complaints: [] },
  });

  it('has a row for each drill; one that did not run keeps its row, one that is gone loses it', () => {
    const first = renderDocument(
      '',
      ['one', 'two', 'gone'].map((name) => outcomeOf(name, 1)),
      ['gone', 'one', 'two'],
      'here',
    );
    const second = renderDocument(first, [outcomeOf('two', 22)], ['one', 'two'], 'here');
    const rows = second.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toEqual([
      '| `one` | something is broken | 1 kills | 2 | passed, here |',
      '| `two` | something is broken | 22 kills | 2 | passed, here |',
    ]);
  });
});

it('each file of a drill exports the drill that it is named after', () => {
  expect(findDrills().map(({ name }) => name)).toContain('kill-api');
});
