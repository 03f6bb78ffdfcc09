import { statement } from '@app/database';
import { TestApp } from '../support/app';
import { codeOf, itemsOf, type Json, type TestClient } from '../support/client';
import { newFeature } from '../support/features';
import { until } from '../support/until';

const STAGES = ['planning', 'design', 'development', 'testing', 'review', 'deployment', 'completed'];
const AT_ONCE = 100;
const TRIES = 1000;

const WAITING = statement(`
  SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);

describe('at the same moment', () => {
  let app: TestApp;
  let client: TestClient;
  let admin: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
    admin = app.as(await app.newUser({ role: 'admin' }));
  });
  afterAll(() => app.close());

  const create = () => newFeature(client);
  const historyOf = async (id: string): Promise<Json[]> => {
    const pages: Json[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `limit=100${cursor && `&cursor=${cursor}`}`;
      const page = await client.get(`/features/${id}/transitions?${query}`);
      pages.push(itemsOf(page));
      cursor = page.body.nextCursor as string | null;
    }
    return pages.flat();
  };
  const count = (statuses: readonly number[]) =>
    Object.fromEntries(
      Map.groupBy(statuses, String)
        .entries()
        .map(([key, all]) => [key, all.length]),
    );

  /** Each entry goes on where the one before it ended, and the durations are the time between first and last. */
  const expectUnbroken = (history: readonly Json[]) => {
    history.slice(1).forEach((entry, i) => {
      expect(entry.fromStage).toBe(history[i]?.toStage);
      expect(String(entry.timestamp) >= String(history[i]?.timestamp)).toBe(true);
    });
    const spent = history.slice(1).reduce((sum, { duration }) => sum + Number(duration), 0);
    expect(spent).toBe(
      Date.parse(String(history.at(-1)?.timestamp)) - Date.parse(String(history[0]?.timestamp)),
    );
  };

  it(`${AT_ONCE} moves of one feature from the same stage have one winner, step after step`, async () => {
    const id = await create();
    for (const [i, toStage] of STAGES.entries()) {
      const fromStage = STAGES[i - 1];
      if (fromStage === undefined) continue;
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () =>
          client.post(`/features/${id}/transitions`, { fromStage, toStage }),
        ),
      );
      expect(count(answers.map(({ status }) => status))).toEqual({ 201: 1, 409: AT_ONCE - 1 });
    }
    const history = await historyOf(id);
    expect(history.map(({ toStage }) => toStage)).toEqual(STAGES);
    expectUnbroken(history);
  });

  it(`${AT_ONCE} moves of one feature to any stage leave an unbroken history`, async () => {
    const id = await create();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) =>
        client.post(`/features/${id}/transitions`, { toStage: STAGES[i % STAGES.length] }),
      ),
    );
    const { 201: won = 0, 409: lost = 0 } = count(answers.map(({ status }) => status));
    expect(won + lost).toBe(AT_ONCE);
    expect(won).toBeGreaterThan(1);
    const history = await historyOf(id);
    expect(history).toHaveLength(won + 1);
    expectUnbroken(history);
    const feature = await client.get(`/features/${id}`);
    expect(feature.body.currentStage).toBe(history.at(-1)?.toStage);
  });

  it('one of many moves that are based on the same version is made', async () => {
    const id = await create();
    const etag = String((await client.get(`/features/${id}`)).headers.get('etag'));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        client.post(`/features/${id}/transitions`, { toStage: STAGES[1 + (i % 6)] }, { 'if-match': etag }),
      ),
    );
    expect(count(answers.map(({ status }) => status))).toEqual({ 201: 1, 412: 19 });
  });

  it(`two dependencies that together close a cycle: one is refused, ${TRIES} times`, async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, create));
    const outcomes = new Set<string>();
    const pairs = [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ].map(([a = 0, b = 0]) => [String(ids[a]), String(ids[b])] as const);
    const close = async ([a, b]: readonly [string, string]) => {
      const paths = [`/features/${a}/dependencies/${b}`, `/features/${b}/dependencies/${a}`];
      const answers = await Promise.all(paths.map((path) => client.put(path)));
      outcomes.add(JSON.stringify(count(answers.map(({ status }) => status))));
    };
    for (let tries = 0; tries < TRIES; tries += pairs.length) {
      await Promise.all(pairs.map(close));
      await app.database.query({ text: 'DELETE FROM feature_dependencies' });
    }
    expect([...outcomes]).toEqual(['{"201":1,"409":1}']);
  });

  it('three dependencies that together close a cycle: one is refused', async () => {
    for (let tries = 0; tries < 20; tries += 1) {
      const [a, b, c] = [await create(), await create(), await create()];
      const answers = await Promise.all([
        client.put(`/features/${a}/dependencies/${b}`),
        client.put(`/features/${b}/dependencies/${c}`),
        client.put(`/features/${c}/dependencies/${a}`),
      ]);
      expect(count(answers.map(({ status }) => status))).toEqual({ 201: 2, 409: 1 });
    }
  });

  it('a feature is deleted, or another one depends on it', async () => {
    const outcomes = new Set<string>();
    for (let tries = 0; tries < 30; tries += 1) {
      const [id, other] = [await create(), await create()];
      const [put, deletion] = await Promise.all([
        client.put(`/features/${id}/dependencies/${other}`),
        admin.delete(`/features/${other}`),
      ]);
      outcomes.add(`${put.status},${deletion.status}`);
    }
    for (const outcome of outcomes) expect(['201,409', '404,204']).toContain(outcome);
  });

  it('a feature that is being deleted is waited for, and then is not there', async () => {
    const [id, other] = [await create(), await create()];
    const asked = await app.database.transaction(async (tx) => {
      await tx.query(statement('DELETE FROM features WHERE id = $1'), [id]);
      const answers = [
        client.put(`/features/${id}/metrics`, { linesOfCode: 1 }),
        client.post(`/features/${id}/transitions`, { toStage: 'design' }),
        client.patch(`/features/${id}`, { name: 'g' }),
        admin.delete(`/features/${id}`),
      ];
      await until(async () => (await tx.query(WAITING)).length === answers.length);
      return answers;
    });
    const answers = await Promise.all([...asked, client.put(`/features/${other}/dependencies/${id}`)]);
    expect(answers.map(codeOf)).toEqual(answers.map(() => [404, 'feature_not_found']));
  });
});
