import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { auditFor } from './support/audit';
import { Clock, FAKETIME } from './support/clock';
import { connect } from './support/database';
import { HttpClient, idOf, json } from './support/http';
import { WriteLoad } from './support/load';
import { Postgres } from './support/postgres';

const HOUR = 3600;
const STAGES = ['design', 'development', 'testing', 'review', 'deployment'];

/** The machine's clock is set forward and back, of the API and of PostgreSQL alike. */
export const drill: Drill = {
  name: 'clock-jump',
  what: 'The clock jumps by hours, forward and back, under load: writes go on, histories of features never run backwards, every event gets its position, tokens expire by the clock and no session is lost, and nobody is locked out for longer than a window',
  needs: [FAKETIME],
  quick: false,
  async run(scene: Scene) {
    const clock = new Clock(join(scene.folder, 'clock'));
    const postgres = await Postgres.start(scene, { env: clock.env });
    const settings = { DATABASE_URL: postgres.url, DATA_DIR: join(scene.folder, 'data'), ...clock.env };
    const limits = { RATE_LIMIT: 'on', RATE_LIMIT_PER_MINUTE: '1000000' };
    const api = await Api.start(scene, { ...settings, ...limits });
    const database = await connect(scene, postgres.url);
    await checkClock(scene, clock, database);
    await jumpUnderLoad(scene, clock, api, database);
    await lockOut(scene, clock, api);
    await exhaustRate(scene, clock, settings);
    clock.set(0);
    await tokens(scene, clock, settings);
  },
};

/** Whether what is tested is what is believed: the database's time follows. */
async function checkClock(scene: Scene, clock: Clock, database: Client): Promise<void> {
  clock.set(HOUR);
  const { rows } = await database.query<{ ms: number }>(
    'SELECT extract(epoch FROM now())::float * 1000 AS ms',
  );
  const ahead = ((rows[0]?.ms ?? 0) - Date.now()) / 1000;
  scene.must('PostgreSQL has the clock of the drill', Math.abs(ahead - HOUR) < 5, ahead);
  clock.set(0);
}

async function jumpUnderLoad(scene: Scene, clock: Clock, api: Api, database: Client): Promise<void> {
  const load = new WriteLoad(api.port, await api.signIn());
  const client = await api.client();
  const feature = idOf(await client.post('/features', { name: 'through time', description: 'of a drill' }));
  const jumps = [2, -3, 5, -1, 0];
  for (const [i, hours] of jumps.entries()) {
    clock.set(hours * HOUR);
    const moved = await client.post(`/features/${feature}/transitions`, { toStage: STAGES[i] });
    scene.must(`a feature moves at ${hours} h`, moved.status === 201, moved.body.toString());
    await load.more(100);
    scene.say(`the clock at ${hours} h: ${load.acknowledged.length} writes acknowledged so far`);
  }
  await load.stop();
  scene.count('jumps under load', jumps.length);
  await checkHistory(scene, database, feature);
  await checkPositions(scene, client, database);
  await auditFor(scene, load, database, client);
  client.close();
}

async function checkHistory(scene: Scene, database: Client, feature: string): Promise<void> {
  const { rows } = await database.query<{ back: boolean; duration: string }>(
    `SELECT "timestamp" < lag("timestamp") OVER (ORDER BY id) AS back, duration FROM (
       SELECT row_number() OVER () AS id, "timestamp", duration FROM stage_transitions WHERE feature_id = $1) t`,
    [feature],
  );
  scene.must('every move is recorded', rows.length === STAGES.length + 1, rows.length);
  scene.must('no move is before the one that it follows', !rows.some(({ back }) => back), rows);
  const negative = rows.filter(({ duration }) => Number(duration) < 0);
  scene.must('nobody was in a stage for less than no time', negative.length === 0, negative);
}

/** Positions are given in the background. */
async function checkPositions(scene: Scene, client: HttpClient, database: Client): Promise<void> {
  const waiting = 'SELECT count(*)::int AS count FROM events WHERE position IS NULL';
  let count = 1;
  for (let i = 0; i < 100 && count > 0; i++) {
    await pause(100);
    count = (await database.query<{ count: number }>(waiting)).rows[0]?.count ?? 0;
  }
  scene.must('every event has its position within 10 s', count === 0, count);
  const read = await client.get('/events?limit=100');
  scene.must('events can be read', read.status === 200, read.body.toString());
}

/** Somebody guesses while the clock is ahead. When it is set right, the account is not locked for all that time. */
async function lockOut(scene: Scene, clock: Clock, api: Api): Promise<void> {
  clock.set(5 * HOUR);
  const client = new HttpClient(api.port);
  const wrong = () => client.post('/auth/login', { login: 'drill', password: 'a wrong guess' });
  let status = 0;
  for (let i = 0; i < 60 && status !== 429; i++) ({ status } = await wrong());
  scene.must('who guesses is stopped', status === 429, status);
  clock.set(0);
  const after = await wrong();
  const seconds = Number(after.headers['retry-after'] ?? 0);
  scene.must('a lock of the future does not outlast its 15 minutes', seconds <= 15 * 60, seconds);
  client.close();
}

async function exhaustRate(scene: Scene, clock: Clock, settings: Record<string, string>): Promise<void> {
  const api = await Api.start(scene, { ...settings, RATE_LIMIT: 'on', RATE_LIMIT_PER_MINUTE: '50' });
  const client = new HttpClient(api.port);
  const statuses: number[] = [];
  for (let i = 0; i < 60; i++) statuses.push((await client.get('/tasks')).status);
  scene.must('too many requests are refused', statuses.includes(429));
  clock.set(-2 * HOUR);
  const { status, headers } = await client.get('/tasks');
  const seconds = Number(headers['retry-after'] ?? 0);
  scene.must('for a minute at most', status === 429 && seconds <= 60, { status, seconds });
  client.close();
  await api.stop();
}

async function tokens(scene: Scene, clock: Clock, settings: Record<string, string>): Promise<void> {
  const api = await Api.start(scene, { ...settings, ACCESS_TOKEN_SECONDS: '900' });
  const client = new HttpClient(api.port);
  const login = json(
    await client.post('/auth/login', { login: 'drill@example.org', password: 'a password for drills' }),
  );
  const read = async (token = '') =>
    (await client.send('GET', '/tasks', { headers: { authorization: `Bearer ${token}` } })).status;
  scene.must('a token is good', (await read(login['accessToken'])) === 200);
  clock.set(HOUR);
  scene.must('an hour later it is not', (await read(login['accessToken'])) === 401);
  const renewed = await client.post('/auth/refresh', { refreshToken: login['refreshToken'] });
  scene.must('the session is renewed', renewed.status === 200, renewed.body.toString());
  const { accessToken, refreshToken } = json(renewed);
  scene.must('the new token is good', (await read(accessToken)) === 200);
  clock.set(-HOUR);
  scene.must('it still is when the clock is set back', (await read(accessToken)) === 200);
  const again = await client.post('/auth/refresh', { refreshToken });
  scene.must('and so is its session', again.status === 200, again.body.toString());
  scene.must('with a token of the past', (await read(json(again)['accessToken'])) === 200);
  client.close();
}
