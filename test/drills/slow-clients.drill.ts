import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Drill, Scene } from './framework/drill';
import { program } from './framework/needs';
import { Api } from './support/api';
import { type HttpClient, idOf } from './support/http';
import { form } from './support/load';
import { Postgres } from './support/postgres';

const CONNECTIONS = 400;
const SECONDS = 20;
/** Headers and bodies must have come by then, in ms: shorter than the defaults, for the sake of the drill's length. */
const DEADLINE_MS = '5000';
/** The longest that somebody else may wait meanwhile. */
const NEIGHBOUR_MS = 2000;

/** Hundreds of clients that send or read as slowly as they can, while another one works. */
export const drill: Drill = {
  name: 'slow-clients',
  what: '400 connections of slowhttptest each that send headers slowly, send a body slowly, ask for a file in thousands of ranges, and read slowly: somebody else is served all the time, those that send slowly are cut off by the deadline',
  needs: [program('slowhttptest')],
  quick: false,
  async run(scene: Scene) {
    const postgres = await Postgres.start(scene);
    const api = await Api.start(scene, {
      ...{ DATABASE_URL: postgres.url, DATA_DIR: join(scene.folder, 'data') },
      ...{ HEADERS_TIMEOUT_MS: DEADLINE_MS, BODY_TIMEOUT_MS: DEADLINE_MS },
    });
    const client = await api.client();
    const file = await upload(client);
    const url = `http://127.0.0.1:${api.port}`;
    const signedIn = ['-j', `a=b\r\nAuthorization: Bearer ${await api.signIn()}`];
    const kinds: Record<string, string[]> = {
      'slow headers': ['-H', '-u', `${url}/api/v1/tasks`],
      'slow body': ['-B', '-f', 'application/json', '-s', '8192', '-u', `${url}/api/v1/auth/login`],
      'many ranges': [
        '-R',
        '-a',
        '1',
        '-b',
        '3000',
        ...signedIn,
        '-u',
        `${url}/api/v1/attachments/${file}/content`,
      ],
      'slow read': [
        '-X',
        '-w',
        '512',
        '-y',
        '1024',
        '-n',
        '1',
        '-z',
        '32',
        '-k',
        '3',
        '-u',
        `${url}/docs/openapi.json`,
      ],
    };
    for (const [kind, flags] of Object.entries(kinds)) await attack(scene, api, client, kind, flags);
    client.close();
  },
};

async function upload(client: HttpClient): Promise<string> {
  const id = idOf(await client.post('/tasks', { title: 'with a file' }));
  const content = Buffer.alloc(1024 ** 2, 'x');
  return idOf(await client.send('POST', '/attachments', form(id, 'file.bin', {}, content)));
}

async function attack(scene: Scene, api: Api, client: HttpClient, kind: string, flags: readonly string[]) {
  const before = residentMib(api.pid);
  let over = false;
  const attacking = slowHttpTest(flags).finally(() => (over = true));
  const neighbour = { answers: 0, slowest: 0, others: [] as number[], connections: 0 };
  while (!over) {
    for (const reply of [await client.get('/tasks'), await client.post('/tasks', { title: 'beside them' })]) {
      neighbour.answers++;
      neighbour.slowest = Math.max(neighbour.slowest, reply.ms);
      if (reply.status >= 300) neighbour.others.push(reply.status);
    }
    neighbour.connections = Math.max(neighbour.connections, connectionsTo(api.port));
  }
  const end = await attacking;
  const { answers, connections } = neighbour;
  const slowest = Math.round(neighbour.slowest);
  const grown = Math.round(residentMib(api.pid) - before);
  scene.say(
    `${kind}: up to ${connections} connections at once; ${end}; meanwhile ${answers} answers to somebody else, ` +
      `the slowest in ${slowest} ms; ${grown} MiB more`,
  );
  scene.count(`connections at once (${kind})`, connections);
  scene.count(`ms for the slowest of ${answers} answers to somebody else`, slowest);
  scene.must(`${kind}: somebody else is served`, neighbour.others.length === 0, neighbour.others.slice(0, 5));
  scene.must(`${kind}: within 2 s`, slowest <= NEIGHBOUR_MS, slowest);
  scene.must(`${kind}: it takes no more than 200 MiB`, grown <= 200, grown);
  if (kind === 'many ranges') return;
  scene.must(`${kind}: they did connect`, connections >= CONNECTIONS * 0.9, connections);
  if (kind !== 'slow read') scene.must(`${kind}: all are cut off by the deadline`, end === ALL_CUT, end);
}

/** How it ends when the server has closed every connection before the time is over. */
const ALL_CUT = 'No open connections left';

/** @returns why it ended */
function slowHttpTest(flags: readonly string[]): Promise<string> {
  const how = ['-c', String(CONNECTIONS), '-r', '100', '-i', '2', '-l', String(SECONDS), '-p', '3'];
  return new Promise((resolve, reject) => {
    execFile('slowhttptest', [...how, ...flags], { maxBuffer: 1024 ** 3 }, (_error, stdout) => {
      const text = stripVTControlCharacters(stdout);
      const end = /Exit status:\s*(.+)/.exec(text)?.[1]?.trim();
      if (end === undefined) reject(new Error(`slowhttptest did not end well: ${text.slice(-1000)}`));
      else resolve(end);
    });
  });
}

/** Connections that are established with a port of loopback (Linux: proc(5), /proc/net/tcp). */
function connectionsTo(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return lines.filter((line) => {
    const [, from, , state] = line.trim().split(/\s+/);
    return state === '01' && from?.endsWith(local);
  }).length;
}

function residentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
