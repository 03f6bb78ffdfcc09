import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { connect } from './support/database';
import { HttpClient, NoAnswer } from './support/http';
import { form } from './support/load';
import { Postgres } from './support/postgres';

const PEOPLE = 16;

/** SIGTERM while people write who try everything once. */
export const drill: Drill = {
  name: 'sigterm',
  what: 'SIGTERM under write load, with one process and with two, while an upload is half-way: every request on a connection that was taken is answered, the last one with Connection: close, further ones find no listener, and it exits with 0',
  quick: true,
  async run(scene: Scene) {
    const postgres = await Postgres.start(scene);
    const database = await connect(scene, postgres.url);
    const settings = { DATABASE_URL: postgres.url, DATA_DIR: join(scene.folder, 'data') };
    for (const processes of scene.quick ? [2] : [1, 2]) {
      const api = await Api.start(scene, { ...settings, WEB_CONCURRENCY: String(processes) });
      const rounds = scene.quick ? 1 : 3;
      for (let round = 1; round <= rounds; round++) {
        await terminate(scene, api, database, processes);
        if (round < rounds) await api.restart();
      }
    }
  },
};

interface Tally {
  answered: number;
  /** Of those that were answered after the signal. */
  late: number;
  /** What the last answer on each connection said of it, by the client's port. */
  readonly last: Map<number, string | undefined>;
  refused: number;
  /** New connections that were reset: they waited to be accepted when the listener closed. */
  unaccepted: number;
  readonly unanswered: { title: string; code: string; reused: boolean }[];
  readonly titles: string[];
  readonly surprises: number[];
  over: boolean;
}

async function terminate(scene: Scene, api: Api, database: Client, processes: number): Promise<void> {
  const token = await api.signIn();
  const tally: Tally = {
    ...{ answered: 0, late: 0, last: new Map(), refused: 0, unaccepted: 0, over: false },
    ...{ unanswered: [], titles: [], surprises: [] },
  };
  const client = new HttpClient(api.port, token, 30_000, PEOPLE);
  const people = Array.from({ length: PEOPLE }, () => person(client, tally));
  const upload = await halfUpload(api.port, token);
  while (tally.answered < 50) await pause(5);
  tally.over = true;
  const began = performance.now();
  const ended = api.stop();
  await pause(300);
  upload.finish();
  const [code, uploaded] = [await ended, await upload.status];
  const took = performance.now() - began;
  await Promise.all(people);
  client.close();
  await judge(scene, tally, database, processes, { code, uploaded, took });
}

async function judge(
  scene: Scene,
  tally: Tally,
  database: Client,
  processes: number,
  { code, uploaded, took }: { code: number | null; uploaded: number | string; took: number },
): Promise<void> {
  const sql = 'SELECT title FROM tasks WHERE title = ANY ($1)';
  const titles = [...tally.titles, ...tally.unanswered.map(({ title }) => title)];
  const { rows } = await database.query<{ title: string }>(sql, [titles]);
  const there = new Set(rows.map(({ title }) => title));
  const lost = tally.titles.filter((title) => !there.has(title));
  const done = tally.unanswered.filter(({ title }) => there.has(title));
  // The kernel resets what waits in the queue of a listener that closes: a load balancer that is told before (DRAIN_SECONDS)
  // sends nothing there.
  const unanswered = tally.unanswered.length - tally.unaccepted;
  const kept = [...tally.last.values()].filter((connection) => connection !== 'close').length;
  const of = `${processes} ${processes === 1 ? 'process' : 'processes'}`;
  add(scene, `answered, by ${of}`, tally.answered);
  add(scene, `after the signal, by ${of}`, tally.late);
  add(scene, `sent on a connection and not answered, to ${of}`, unanswered);
  add(scene, `connections reset before they were accepted, by ${of}`, tally.unaccepted);
  scene.say(
    `${of}: ${tally.late} answered after the signal, ${tally.refused} refused, ${tally.unaccepted} not accepted, ${unanswered} unanswered, ended in ${Math.round(took)} ms`,
  );
  scene.must(`${of}: what was answered 201 is there`, lost.length === 0, lost);
  scene.must(`${of}: nothing was done and not answered`, done.length === 0, done);
  scene.must(`${of}: what was sent is answered`, unanswered === 0, tally.unanswered.slice(0, 5));
  scene.must(`${of}: only 201`, tally.surprises.length === 0, tally.surprises);
  scene.must(`${of}: an upload that was half-way is answered 201`, uploaded === 201, uploaded);
  scene.must(`${of}: the last answer on each connection closes it`, kept === 0, [...tally.last]);
  scene.must(`${of}: it exits with 0`, code === 0, code);
  scene.must(`${of}: within 10 s`, took < 10_000, took);
}

const totals = new WeakMap<Scene, Map<string, number>>();

/** Counts over all rounds. */
function add(scene: Scene, name: string, figure: number): void {
  const known = totals.get(scene) ?? new Map<string, number>();
  totals.set(scene, known.set(name, (known.get(name) ?? 0) + figure));
  scene.count(name, known.get(name) ?? 0);
}

/** Writes until nobody listens any more. */
async function person(client: HttpClient, tally: Tally): Promise<void> {
  for (;;) {
    const title = `once ${randomUUID()}`;
    try {
      const { status, headers, connection } = await client.post('/tasks', { title });
      if (status !== 201) tally.surprises.push(status);
      tally.titles.push(title);
      tally.answered++;
      if (tally.over) tally.late++;
      tally.last.set(connection, headers.connection);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (error.code === 'ECONNREFUSED') break;
      tally.unanswered.push({ title, code: error.code, reused: error.reused });
      tally.unaccepted += wasNotAccepted(error) ? 1 : 0;
    }
  }
  tally.refused++;
}

const wasNotAccepted = ({ code, reused }: NoAnswer) => code === 'ECONNRESET' && !reused;

interface HalfUpload {
  finish(): void;
  readonly status: Promise<number | string>;
}

/** An upload of which one half has been sent. */
async function halfUpload(port: number, token: string): Promise<HalfUpload> {
  const client = new HttpClient(port, token);
  const task = await client.post('/tasks', { title: `of an upload ${randomUUID()}` });
  client.close();
  const { id } = JSON.parse(task.body.toString()) as { id: string };
  const { body, headers } = form(id, 'half.bin');
  const sending = request({
    ...{ port, host: '127.0.0.1', method: 'POST', path: '/api/v1/attachments' },
    headers: { ...headers, authorization: `Bearer ${token}`, 'content-length': body.length },
  });
  const status = new Promise<number | string>((resolve) => {
    sending.on('response', (answer) => resolve(answer.resume().statusCode ?? 0));
    sending.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  const half = body.length >> 1;
  await new Promise<void>((resolve) => sending.write(body.subarray(0, half), () => resolve()));
  return { status, finish: () => sending.end(body.subarray(half)) };
}
