import { statement } from '@app/database';
import { JobsService, type JobState } from '../../apps/api/src/jobs/jobs.service';
import { pauseWork, resumeWork } from '../../apps/api/src/maintenance/pause.service';
import { TestApp } from '../support/app';

const NAME = 'of-the-test';
const MAKE_DUE = statement(`
  INSERT INTO scheduled_jobs (name, due_at) VALUES ($1, now() - interval '3 days')
  ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at`);
const LEASE = statement(`UPDATE scheduled_jobs SET leased_until = now() + $2::interval WHERE name = $1`);

describe('a scheduled job', () => {
  let app: TestApp;
  let other: TestApp;
  let runs: number;
  let work: () => Promise<void>;

  beforeEach(async () => {
    app = await TestApp.start();
    other = await TestApp.start({}, { shared: app.databaseUrl });
    runs = 0;
    work = () => Promise.resolve();
    const run = () => {
      runs += 1;
      return work();
    };
    for (const each of [app, other]) each.get(JobsService).add({ name: NAME, schedule: '0 3 * * *', run });
    await app.database.query(MAKE_DUE, [NAME]);
  });
  afterEach(async () => {
    await other.close();
    await app.close();
  });

  const lookEverywhere = () =>
    Promise.all([app, other, app, other].map((each) => each.get(JobsService).runDue()));
  const state = async (): Promise<JobState | undefined> =>
    (await app.get(JobsService).states()).find(({ name }) => name === NAME);

  it('runs once over all processes, however often it was missed', async () => {
    await lookEverywhere();
    await lookEverywhere();
    expect(runs).toBe(1);
    const { dueAt = '', succeededAt, failedAt, error } = (await state()) ?? {};
    expect([Date.parse(dueAt) > Date.now(), dueAt.slice(11, 19)]).toEqual([true, '03:00:00']);
    expect([typeof succeededAt, failedAt, error]).toEqual(['string', null, null]);
  });

  it('is not begun while it still runs, however long', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    work = () => promise;
    const first = app.get(JobsService).runDue();
    while (runs === 0) await new Promise((done) => setImmediate(done));
    await app.database.query(MAKE_DUE, [NAME]);
    await other.get(JobsService).runDue();
    expect(runs).toBe(1);
    resolve();
    await first;
    await lookEverywhere();
    expect(runs).toBe(2);
  });

  it('is begun anew when its process is gone', async () => {
    await app.database.query(LEASE, [NAME, '1 minute']);
    await lookEverywhere();
    expect(runs).toBe(0);
    await app.database.query(LEASE, [NAME, '-1 second']);
    await lookEverywhere();
    expect(runs).toBe(1);
  });

  it('rests while work is paused', async () => {
    await pauseWork(app.database, 'restored');
    await lookEverywhere();
    expect(runs).toBe(0);
    await resumeWork(app.database);
    await lookEverywhere();
    expect(runs).toBe(1);
  });

  it('that fails is told, and tried again when it is due', async () => {
    work = () => Promise.reject(new Error('no room'));
    await lookEverywhere();
    expect(await state()).toMatchObject({
      error: 'no room',
      succeededAt: null,
      failedAt: expect.any(String),
    });
    await app.database.query(MAKE_DUE, [NAME]);
    work = () => Promise.resolve();
    await lookEverywhere();
    expect(await state()).toMatchObject({ error: null, succeededAt: expect.any(String) });
  });
});

it('a schedule that never comes is refused at the start', async () => {
  const app = await TestApp.start({ JOBS: 'on' });
  const jobs = app.get(JobsService);
  jobs.add({ name: 'never', schedule: '0 0 31 2 *', run: () => Promise.resolve() });
  await expect(jobs.onApplicationBootstrap()).rejects.toThrow(
    'never: no moment fits the schedule "0 0 31 2 *"',
  );
  await app.close();
});
