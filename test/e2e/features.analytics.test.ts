import { statement } from '@app/database';
import { TestApp } from '../support/app';
import type { Answer, TestClient } from '../support/client';

const DAY = 24 * 3600_000;

const ADD_FEATURE = statement(`
  INSERT INTO features (name, description, current_stage, start_time) VALUES ($1, '', $2, $3) RETURNING id`);
const ADD_TRANSITION = statement(`
  INSERT INTO stage_transitions (feature_id, from_stage, to_stage, timestamp) VALUES ($1, $2, $3, $4)`);

const SET_DAY = statement(
  `UPDATE feature_metrics_history SET day = $2 WHERE feature_id = $1 AND day > '2026-03-01'`,
);
const COMPLETE = statement(`UPDATE features SET current_stage = 'completed' WHERE id = $1`);
const REOPEN = statement(`UPDATE features SET current_stage = 'review' WHERE id = $1`);

describe('analytics', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
    await history(
      'alpha',
      ['planning', '2026-01-05'],
      ['development', '2026-01-06'],
      ['completed', '2026-01-08'],
    );
    const beta = await history(
      'beta',
      ...([
        ['planning', '2026-01-05'],
        ['development', '2026-01-06'],
        ['review', '2026-01-08'],
      ] as const),
      ...([
        ['development', '2026-01-09'],
        ['completed', '2026-01-12'],
        ['testing', '2026-01-13'],
      ] as const),
      ['completed', '2026-01-15T00:00:00.001Z'],
    );
    await history('gamma', ['planning', '2026-01-10'], ['review', '2026-01-14']);
    const usage = { provider: 'p', model: 'm', inputTokens: 10, outputTokens: 5 };
    await client.post(`/features/${beta}/token-usage`, { ...usage, stage: 'review', cost: 0.1 });
    await client.post(`/features/${beta}/token-usage`, { ...usage, stage: 'review', cost: 0.2 });
    await client.post(`/features/${beta}/token-usage`, {
      ...usage,
      stage: 'review',
      cost: 3,
      currency: 'EUR',
    });
    await client.put(`/features/${beta}/metrics`, { linesOfCode: 100, testCoverage: 50 });
  });
  afterAll(() => app.close());

  type Entry = readonly [stage: string, at: string];

  /** A feature that went through these stages, as an import would leave it. */
  async function history(name: string, ...entries: Entry[]): Promise<string> {
    const [stage = '', started = ''] = [entries.at(-1)?.[0], entries[0]?.[1]];
    const [row] = await app.database.query<{ id: string }>(ADD_FEATURE, [name, stage, started]);
    const id = row?.id ?? '';
    let before: string | null = null;
    for (const [to, at] of entries) {
      await app.database.query(ADD_TRANSITION, [id, before, to, at]);
      before = to;
    }
    return id;
  }

  const analyse = async (path: string): Promise<Answer['body']> => {
    const answer = await client.get(`/features/analytics/${path}`);
    expect([answer.status, String(answer.body.definition).length > 50]).toEqual([200, true]);
    return answer.body;
  };

  it('measures cycles whole, by stage and by week', async () => {
    const answer = await analyse('cycle-time');
    expect(answer).toMatchObject({ count: 3, percentiles: { p50: 3 * DAY } });
    expect(answer['byStage']).toMatchObject([
      { stage: 'planning', count: 2, percentiles: { p50: DAY, p95: DAY } },
      { stage: 'development', count: 2, percentiles: { p50: 3.5 * DAY } },
      { stage: 'testing', count: 1, percentiles: { p50: 2 * DAY + 1 } },
      { stage: 'review', count: 1, percentiles: { p50: DAY } },
    ]);
    expect(answer['byWeek']).toMatchObject([
      { week: '2026-01-05', count: 1, percentiles: { p50: 3 * DAY } },
      { week: '2026-01-12', count: 2 },
    ]);
  });

  it('interpolates percentiles between the two nearest', async () => {
    const { percentiles } = await analyse('cycle-time');
    const [shortest, middle, longest] = [2 * DAY + 1, 3 * DAY, 7 * DAY];
    expect(shortest).toBeLessThan(middle);
    expect(percentiles as unknown).toEqual({
      p50: middle,
      ...{ p70: middle + 0.4 * (longest - middle), p85: middle + 0.7 * (longest - middle) },
      p95: middle + 0.9 * (longest - middle),
    });
  });

  it('is limited to a time and to names', async () => {
    expect(await analyse('cycle-time?since=2026-01-12T00:00:00Z&before=2026-01-13T00:00:00Z')).toMatchObject({
      count: 1,
      percentiles: { p50: 7 * DAY },
    });
    expect(await analyse('cycle-time?name=ALPH')).toMatchObject({ count: 1 });
    expect(await analyse('cycle-time?name=%25')).toMatchObject({
      ...{ count: 0, byStage: [], byWeek: [] },
      percentiles: { p50: null, p70: null, p85: null, p95: null },
    });
  });

  it('counts who is where when each day ends', async () => {
    const answer = await analyse('flow?since=2026-01-05T00:00:00Z&before=2026-01-16T00:00:00Z');
    const days = answer['days'] as unknown as { day: string; counts: Record<string, number> }[];
    expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([11, '2026-01-05', '2026-01-15']);
    const on = (day: string) =>
      Object.fromEntries(
        Object.entries(days.find((each) => each.day === day)?.counts ?? {}).filter(([, n]) => n > 0),
      );
    expect(on('2026-01-05')).toEqual({ planning: 2 });
    expect(on('2026-01-08')).toEqual({ completed: 1, review: 1 });
    expect(on('2026-01-12')).toEqual({ planning: 1, completed: 2 });
    expect(on('2026-01-15')).toEqual({ review: 1, completed: 2 });
    const later = await analyse('flow?since=2026-01-14T00:00:00Z&before=2026-01-15T00:00:00Z');
    expect(later['days']).toMatchObject([
      { day: '2026-01-14', counts: { testing: 1, review: 1, completed: 1, planning: 0 } },
    ]);
    expect((await analyse('flow'))['days']).toHaveLength(90);
  });

  it('counts completions of each week, of empty ones too', async () => {
    const answer = await analyse('throughput?before=2026-01-28T00:00:00Z');
    expect(answer).toMatchObject({ completed: 3, perWeek: 0.75 });
    expect(answer['weeks'] as unknown).toEqual([
      { week: '2026-01-05', completed: 1 },
      { week: '2026-01-12', completed: 2 },
      { week: '2026-01-19', completed: 0 },
      { week: '2026-01-26', completed: 0 },
    ]);
    const day = 'since=2026-01-12T00:00:00Z&before=2026-01-13T00:00:00Z';
    expect(await analyse(`throughput?${day}`)).toMatchObject({
      completed: 1,
      weeks: [{ week: '2026-01-12', completed: 1 }],
    });
    expect(await analyse('throughput?name=none')).toMatchObject({ completed: 0, perWeek: null, weeks: [] });
  });

  it('compares those in progress with those that are done', async () => {
    const answer = await analyse('aging');
    expect(answer).toMatchObject({ total: 1, count: 3 });
    expect(answer['features']).toMatchObject([
      { name: 'gamma', stage: 'review', started: '2026-01-10T00:00:00+00:00', beyondPercentile: 95 },
    ]);
    expect(answer['byStage']).toMatchObject([
      { stage: 'planning', count: 2, percentiles: { p50: DAY }, inProgress: 0 },
      { stage: 'development', count: 2, percentiles: { p50: 5 * DAY } },
      { stage: 'testing', count: 1 },
      { stage: 'review', count: 1, percentiles: { p50: 4 * DAY }, inProgress: 1 },
    ]);
    expect((await analyse('aging?name=alpha'))['features']).toEqual([]);
  });

  it('tells work from waiting', async () => {
    const answer = await analyse('flow-efficiency');
    expect(answer).toMatchObject({ count: 3, waiting: ['planning'], efficiency: 0.8333, median: 0.8571 });
    const other = await analyse('flow-efficiency?waiting=planning,review&name=beta');
    expect(other).toMatchObject({ count: 2, efficiency: 0.7778 });
    expect(other['byWeek']).toMatchObject([{ week: '2026-01-12', count: 2, efficiency: 0.7778 }]);
    // As an import can leave it: with no stay, and so with nothing to judge.
    const bare = await history('bare', ['completed', '2026-02-01']);
    expect(await analyse('flow-efficiency?name=bare')).toMatchObject({ count: 0, byWeek: [] });
    expect(await analyse('cycle-time?name=bare')).toMatchObject({ count: 1, percentiles: { p50: 0 } });
    await client.delete(`/features/${bare}`);
  });

  it('counts moves back', async () => {
    const answer = await analyse('rework');
    expect(answer).toMatchObject({ moves: 9, backward: 2, rate: 0.2222, features: 3, reworked: 1 });
    expect(answer['byMove'] as unknown).toEqual([
      { fromStage: 'completed', toStage: 'testing', count: 1 },
      { fromStage: 'review', toStage: 'development', count: 1 },
    ]);
    expect(answer['byWeek']).toMatchObject([
      { week: '2026-01-05', moves: 5, backward: 1 },
      { week: '2026-01-12', moves: 4, backward: 1 },
    ]);
  });

  it('sums what was spent, each currency by itself', async () => {
    const answer = await analyse('cost');
    const cost = { USD: 0.3, EUR: 3 };
    expect(answer).toMatchObject({ features: 1, linesOfCode: 100, testCoverage: 50, tokens: 45, cost });
    expect(answer['byStage']).toMatchObject([
      { stage: 'review', features: 0, testCoverage: null, tokens: 45, cost },
      { stage: 'completed', features: 1, linesOfCode: 100, tokens: 0, cost: {} },
    ]);
    expect((answer['byWeek'] as unknown as object[])[0]).toMatchObject({
      week: '2026-01-12',
      linesOfCode: 100,
    });
    expect(await analyse('cost?before=2026-01-01T00:00:00Z')).toMatchObject({ features: 0, tokens: 0 });
  });

  it('counts lines in the week in which they were recorded, net, and for completed features no later than that', async () => {
    const id = await history('written', ['planning', '2026-02-02'], ['review', '2026-03-05']);
    const put = async (linesOfCode: number, testCoverage: number, day: string) => {
      await client.put(`/features/${id}/metrics`, { linesOfCode, testCoverage });
      await app.database.query(SET_DAY, [id, day]);
    };
    await put(100, 40, '2026-02-03');
    await put(150, 60, '2026-02-05');
    await put(120, 80, '2026-02-10');
    const weeks = async (query = '') => (await analyse(`cost?name=written${query}`))['byWeek'] as unknown;
    const [first, second] = [
      { week: '2026-02-02', features: 1, linesOfCode: 150, testCoverage: 60 },
      { week: '2026-02-09', features: 1, linesOfCode: -30, testCoverage: 80 },
    ];
    expect(await weeks()).toMatchObject([first, second]);
    expect(await weeks('&since=2026-02-05T00:00:00Z')).toMatchObject([{ ...first, linesOfCode: 50 }, second]);
    expect(await analyse('cost?name=written')).toMatchObject({
      features: 1,
      linesOfCode: 120,
      testCoverage: 80,
    });
    expect(await analyse('cost?name=written&before=2026-02-09T00:00:00Z')).toMatchObject({
      linesOfCode: 150,
      testCoverage: 60,
      byStage: [{ stage: 'review', linesOfCode: 150 }],
    });
    await app.database.query(ADD_TRANSITION, [id, 'review', 'completed', '2026-02-04']);
    await app.database.query(COMPLETE, [id]);
    expect(await weeks()).toMatchObject([{ ...first, linesOfCode: 120, testCoverage: 80 }]);
    // Reopened, it has the days on which they were recorded again.
    await app.database.query(REOPEN, [id]);
    expect(await weeks()).toMatchObject([first, second]);
    await client.delete(`/features/${id}/metrics`);
    expect(await weeks()).toEqual([]);
  });

  it('refuses ranges that are none or too long', async () => {
    for (const query of [
      'since=2026-01-02T00:00:00Z&before=2026-01-01T00:00:00Z',
      'since=1990-01-01T00:00:00Z',
    ]) {
      const answer = await client.get(`/features/analytics/flow?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    }
  });
});
