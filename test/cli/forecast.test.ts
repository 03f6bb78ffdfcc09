import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Queryable } from '@app/database';
import { makeHistory } from '../support/forecast-history';
import { commandWorld, type CommandWorld } from './command-world';
import { spawnFuse } from './fuse';

let world: CommandWorld;

beforeEach(async () => {
  world = await commandWorld();
});
afterEach(() => world.remove());

const plot = (...args: string[]) => world.fuse(['forecast', 'plot', ...args]);

async function past(count: number): Promise<void> {
  const queryable: Queryable = {
    query: async (statement, values = []) =>
      (await world.client.query(statement.text, [...values])).rows as never,
  };
  await makeHistory(queryable, count);
}

async function open(): Promise<string> {
  const { rows } = await world.client.query<{ id: string }>(`
    WITH made AS (INSERT INTO features (name, description, current_stage) VALUES ('f', '', 'planning') RETURNING id, start_time)
    INSERT INTO stage_transitions (feature_id, to_stage, timestamp) SELECT id, 'planning', start_time FROM made
    RETURNING feature_id AS id`);
  return rows[0]?.id ?? '';
}

describe('fuse forecast plot', () => {
  it('draws the forecast of all open features, or of some', async () => {
    await past(60);
    const id = await open();
    const { code, stdout, stderr } = await plot();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^<svg .*p50 .*p95 .*10000 trials, seed 1.*<\/svg>\n$/s);
    expect(await plot('--feature', id)).toEqual({ code, stdout, stderr });
  });

  it('draws how forecasts of the past held, into a file', async () => {
    await past(60);
    const folder = await mkdtemp(join(tmpdir(), 'fuse-plot-'));
    const out = join(folder, 'backtest.svg');
    expect(await plot('--backtest', '--out', out)).toEqual({
      code: 0,
      stdout: `Written to ${out}.\n`,
      stderr: '',
    });
    expect(await readFile(out, 'utf8')).toMatch(/^<svg .*naive: .*<\/svg>\n$/s);
    await rm(folder, { recursive: true });
  });

  it('draws how the stored forecasts of a feature moved', async () => {
    const id = await open();
    const moved = await plot('--history', '--feature', id);
    expect(moved).toMatchObject({ code: 0, stderr: '' });
    expect(moved.stdout).toContain('No forecast was stored yet.');
    await world.client.query(
      `INSERT INTO feature_forecasts (feature_id, day, as_of, current_stage, trials, p50, p85, p95, current)
       SELECT $1, day, day, 'planning', 500, day + interval '9 days', day + interval '20 days', NULL, false
       FROM generate_series('2026-01-01'::timestamptz, '2026-01-05', '1 day') AS day`,
      [id],
    );
    const { stdout } = await plot('--history', '--feature', id);
    expect(stdout).toMatch(
      /^<svg .*Forecasts of f.*2026-01-03, planning: p85 2026-01-23.*5 days.*<\/svg>\n$/s,
    );
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await plot('--history', '--feature', nobody)).toMatchObject({ code: 1 });
    expect(await plot('--history')).toMatchObject({ code: 2 });
    expect(await plot('--history', '--feature', id, nobody)).toMatchObject({ code: 2 });
    expect(await plot('--history', '--backtest')).toMatchObject({ code: 2 });
  });

  it('draws what would have been forecast, as of a moment and day by day', async () => {
    await past(60);
    const { rows } = await world.client.query<{ id: string; began: string }>(
      `SELECT id, to_json(start_time) #>> '{}' AS began FROM features ORDER BY start_time DESC LIMIT 1`,
    );
    const [{ id, began } = { id: '', began: '' }] = rows;
    const then = await plot('--feature', id, '--as-of', began);
    expect(then).toMatchObject({ code: 0, stderr: '' });
    expect(then.stdout).toContain('10000 trials, seed 1');
    const { stdout, code } = await plot('--history', '--feature', id, '--anew');
    const day = began.slice(0, 10);
    expect([code, stdout.includes(`${day}, planning: p85`), /completed \d{4}-/.test(stdout)]).toEqual([
      ...[0, true, true],
    ]);
    for (const args of [['--anew'], ['--as-of', 'now'], ['--backtest', '--as-of', began]])
      expect([args, (await plot(...args)).code]).toEqual([args, 2]);
    expect(await plot('--feature', id)).toMatchObject({ code: 1 });
  });

  it('draws in a process of its own, too', async () => {
    await past(60);
    await open();
    const { code, stdout, stderr } = await spawnFuse(world.env, ['forecast', 'plot']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('</svg>');
  });

  it('says what is wrong', async () => {
    await past(5);
    await open();
    expect(await plot()).toMatchObject({ code: 1, stderr: 'There is too little history for a forecast.\n' });
    expect(await plot('--feature', 'x')).toMatchObject({ code: 2 });
    expect(await plot('--feature', '00000000-0000-4000-8000-000000000000')).toMatchObject({ code: 1 });
    expect(await plot('--backtest', '--feature', '00000000-0000-4000-8000-000000000000')).toMatchObject({
      code: 2,
    });
  });
});

describe('fuse forecast backtest', () => {
  const backtest = (...args: string[]) => world.fuse(['forecast', 'backtest', ...args]);

  it('says how forecasts of the past held, as a table', async () => {
    await past(60);
    const { code, stdout, stderr } = await backtest('--cases', '30', '--trials', '500');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first = '', loss = '', , head = '', , hits = ''] = stdout.split('\n');
    expect(first).toMatch(/^\d+ forecasts, \d+ features too early for one\.$/);
    expect(Number(first.split(' ', 1)[0])).toBeGreaterThan(10);
    const change = String.raw`[+−]\d+\.\d % \[[+−]\d+\.\d, [+−]\d+\.\d\]`;
    expect(loss).toMatch(new RegExp(`: ${change} in days, ${change} in logarithms\\.$`));
    expect(head).toBe('|  | p50 | p70 | p85 | p95 |');
    expect(hits).toMatch(/^\| hit in % \| \d+\.\d \[\d+\.\d, \d+\.\d\] \|/);
    const older = await backtest('--cases', '30', '--trials', '500', '--age-hours', '1');
    expect([older.code, older.stdout === stdout]).toEqual([0, false]);
    const alike = await backtest('--cases', '30', '--trials', '500', '--without', 'fading', 'author');
    expect([alike.code, alike.stdout === stdout]).toEqual([0, false]);
  });

  it('refuses what makes no sense, and a history that is too short', async () => {
    for (const args of [
      ['--cases', '0'],
      ['--trials', 'x'],
      ['--age-hours', '99999'],
      ['--without', 'size'],
    ])
      expect([args, (await backtest(...args)).code]).toEqual([args, 2]);
    expect((await backtest()).code).toBe(1);
  });
});
