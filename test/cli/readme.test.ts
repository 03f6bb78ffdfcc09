import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onlyWhere } from '../support/only-where';
import { ANTS, FUSE, type Outcome, ownEnvironment, ROOT, type Server, SMALL, startServer } from './fuse';

const PATIENCE = 120_000;
const PAGE = 4;
const PASSWORD = 'correct horse battery staple';

type JsonRecord = Record<string, unknown>;

let folder: string;
let server: Server;
let github: HttpServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fuse-readme-'));
  server = await startServer({ DATA_DIR: join(folder, 'data') });
}, PATIENCE);

afterEach(async () => {
  await server.stop();
  github?.close();
  await rm(folder, { recursive: true, force: true });
}, PATIENCE);

/** The shell blocks of a document, or of one of its sections, as they stand there. */
async function shellOf(document: string, section?: string): Promise<string> {
  const whole = await readFile(join(ROOT, document), 'utf8');
  const part =
    section === undefined ? whole : (whole.split(/^## /m).find((each) => each.startsWith(section)) ?? '');
  return [...part.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
}

/** What the API of GitHub does with these two files: pages of a few, and the way to the next one in a header. */
async function serveGithub(directory: string): Promise<string> {
  const read = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8')) as unknown[];
  const lists: Record<string, unknown[]> = {
    '/repos/octocat/Hello-World/issues': await read('issues.json'),
    '/repos/octocat/Hello-World/issues/comments': await read('comments.json'),
  };
  const listener = createServer((request, response) => {
    const url = new URL(request.url ?? '', origin());
    const list = lists[url.pathname];
    const page = Number(url.searchParams.get('page') ?? 1);
    if (!list || url.searchParams.get('per_page') !== '100') return response.writeHead(404).end();
    url.searchParams.set('page', String(page + 1));
    const link = [`<${origin()}/x>; rel="first"`, `<${url}>; rel="next"`].slice(
      0,
      page * PAGE < list.length ? 2 : 1,
    );
    response.setHeader('Link', link.toReversed().join(', '));
    return response.end(JSON.stringify(list.slice((page - 1) * PAGE, page * PAGE), null, 2));
  }).listen(0, '127.0.0.1');
  const origin = () => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  github = listener;
  await once(listener, 'listening');
  return origin();
}

/** `npm` for the script: the server runs already, and there is no terminal to type a password into. */
async function standIn(): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const fuse = FUSE.map((word) => `'${word}'`).join(' ');
  const script = `#!/bin/sh
    [ "$*" = start ] && exit 0
    [ "$1 $2 $3" = 'run fuse --' ] || exit 99
    shift 3
    [ "$1" = admin ] || exec ${fuse} "$@"
    printf '%s' '${PASSWORD}' | ${fuse} "$@" --password-stdin`;
  await writeFile(join(bin, 'npm'), script);
  await chmod(join(bin, 'npm'), 0o755);
  return bin;
}

/** Runs lines of the documents; the server's address and GitHub's are the test's own. */
async function runShell(lines: string, api: string, bin: string): Promise<Outcome> {
  const script = lines
    .replaceAll('http://localhost:3000', `http://127.0.0.1:${server.port}`)
    .replaceAll('https://api.github.com', api);
  const own = ownEnvironment({ DATA_DIR: join(folder, 'data') });
  const env = { ...own, PATH: [bin, own['PATH']].join(delimiter) };
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env, stdio });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

/** The titles of those that are completed, the newest first, one page of them. */
async function completedOf(directory: string): Promise<unknown[]> {
  const issues = JSON.parse(await readFile(join(directory, 'issues.json'), 'utf8')) as JsonRecord[];
  return issues
    .filter(({ state, state_reason: reason }) => state === 'closed' && reason !== 'not_planned')
    .toSorted((a, b) => String(b['created_at']).localeCompare(String(a['created_at'])))
    .slice(0, 20)
    .map(({ title }) => title);
}

async function expectQuickStart(directory: string, tasks: number, messages: number): Promise<void> {
  const [api, bin] = [await serveGithub(directory), await standIn()];
  const { code, stdout, stderr } = await runShell(await shellOf('README.md', 'Quick start'), api, bin);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^tasks +${tasks} +0 +0\nmessages +${messages} +0 +0$`, 'm'));
  const page = JSON.parse(stdout.slice(stdout.lastIndexOf('{"items"'))) as { items: JsonRecord[] };
  expect(page.items.map(({ title }) => title)).toEqual(await completedOf(directory));
  const again = await runShell(await shellOf('docs/import-github.md'), api, bin);
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toMatch(new RegExp(`^tasks +0 +${tasks} +0\nmessages +0 +${messages} +0$`, 'm'));
}

it('the quick start of the README is what happens', () => expectQuickStart(SMALL, 6, 9), PATIENCE);

onlyWhere(existsSync(ANTS), 'no real data beside the project')(
  'the quick start of the README brings in a real repository',
  () => expectQuickStart(ANTS, 41, 94),
  PATIENCE,
);
