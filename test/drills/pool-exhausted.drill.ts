import { join } from 'node:path';
import { Client } from 'pg';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { connect } from './support/database';
import { type HttpClient, idOf, type Reply } from './support/http';
import { Postgres } from './support/postgres';

const POOL = 4;
const WRITERS = 40;
/** A connection is waited for 5 s. */
const PATIENCE_MS = 8000;

/** More requests than connections, and then a PostgreSQL that gives out no more of them. */
export const drill: Drill = {
  name: 'pool-exhausted',
  what: '40 writes wait for a lock on 4 connections; then PostgreSQL has no connection left to give: 503 with Retry-After within 8 s, reads go on beside the writes that wait, and all is served again afterwards',
  quick: true,
  async run(scene: Scene) {
    const postgres = await Postgres.start(scene, { settings: ['max_connections=20'] });
    const settings = { DATABASE_URL: postgres.url, DATA_DIR: join(scene.folder, 'data') };
    const api = await Api.start(scene, { ...settings, DATABASE_POOL_SIZE: String(POOL) });
    const client = await api.client();
    const database = await connect(scene, postgres.url);
    await exhaustPool(scene, client, database);
    await exhaustServer(scene, client, postgres, database);
    client.close();
  },
};

async function exhaustPool(scene: Scene, client: HttpClient, database: Client): Promise<void> {
  const taskId = idOf(await client.post('/tasks', { title: 'locked' }));
  await database.query('BEGIN');
  await database.query('LOCK TABLE messages IN EXCLUSIVE MODE');
  const post = (content: string) => client.post('/messages', { content, taskId });
  const waiting = Array.from({ length: WRITERS }, (_, i) => post(`waits ${i}`));
  const reads = await Promise.all(Array.from({ length: 20 }, () => client.get('/tasks')));
  const refused = await firstOnes(waiting, WRITERS - POOL);
  scene.must('reads go on', all(reads, 200), statuses(reads));
  scene.must('who gets no connection is answered 503', all(refused, 503), statuses(refused));
  checkRefusals(scene, refused);
  await database.query('COMMIT');
  const answers = await Promise.all(waiting);
  const written = answers.filter(({ status }) => status === 201);
  scene.must('who had a connection is answered 201', written.length === POOL, statuses(answers));
  const after = await Promise.all(Array.from({ length: WRITERS }, (_, i) => post(`after ${i}`)));
  scene.must('all is served again', all(after, 201), statuses(after));
  const { rows } = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM messages');
  scene.must('what was refused is not there', rows[0]?.count === POOL + WRITERS, rows[0]);
  scene.count('refused with 503 for want of a connection of the pool', refused.length);
}

/** Every connection that the server has is taken, and the API's own are cut. */
async function exhaustServer(scene: Scene, client: HttpClient, postgres: Postgres, database: Client) {
  const takers: Client[] = [];
  await database.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND client_port IS NOT NULL',
  );
  try {
    for (;;) takers.push(await connect(scene, postgres.url));
  } catch {
    // There is none left.
  }
  const refused = await Promise.all(Array.from({ length: 10 }, () => client.get('/tasks')));
  scene.must('a server with no connection left is a 503', all(refused, 503), statuses(refused));
  checkRefusals(scene, refused);
  await Promise.all(takers.map((taker) => taker.end()));
  const began = performance.now();
  while ((await client.get('/tasks')).status !== 200);
  const back = Math.round(performance.now() - began);
  scene.count('ms until served again', back);
  scene.must('it is served again within 2 s', back <= 2000, back);
}

function checkRefusals(scene: Scene, refused: readonly Reply[]): void {
  const told = refused.every(({ headers }) => headers['retry-after'] !== undefined);
  const slowest = Math.round(Math.max(...refused.map(({ ms }) => ms)));
  scene.must('each 503 says when to come again', told);
  scene.must('nobody waits longer than 8 s for it', slowest <= PATIENCE_MS, slowest);
}

/** The first so many to be answered. */
function firstOnes(requests: readonly Promise<Reply>[], count: number): Promise<Reply[]> {
  const answered: Reply[] = [];
  return new Promise((resolve, reject) => {
    const note = (reply: Reply) => {
      if (answered.push(reply) === count) resolve([...answered]);
    };
    for (const request of requests) request.then(note, reject);
  });
}

const all = (replies: readonly Reply[], status: number) => replies.every((reply) => reply.status === status);
const statuses = (replies: readonly Reply[]) => replies.map(({ status }) => status).join(' ');
