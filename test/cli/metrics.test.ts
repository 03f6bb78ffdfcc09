import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestApp } from '../support/app';
import type { TestClient } from '../support/client';
import { fuse, type Outcome } from './fuse';
import { real, SHARED } from './import-world';

describe('fuse metrics push', () => {
  let app: TestApp;
  let client: TestClient;
  let token: string;
  let directory: string;
  const before = process.cwd();

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: directory,
      encoding: 'utf8',
    });

  beforeAll(async () => {
    app = await TestApp.start();
    const user = await app.newUser();
    [client, token] = [app.as(user), user.accessToken];
    directory = await mkdtemp(join(tmpdir(), 'fuse-metrics-'));
    git('init', '-q', '-b', 'main');
    await writeFile(join(directory, 'a.txt'), 'one\n');
    git('add', '.');
    git('commit', '-qm', 'first');
    git('checkout', '-qb', 'branch');
    await writeFile(join(directory, 'a.txt'), 'one\ntwo\n');
    await writeFile(join(directory, 'b ü.txt'), 'new\nnew\n');
    git('add', '.');
    git('commit', '-qm', 'second');
    await writeFile(join(directory, 'lcov.info'), 'SF:a\nDA:1,1\nDA:2,0\nend_of_record\n');
    await writeFile(join(directory, 'broken.info'), 'SF:a\nDA:1\n');
    process.chdir(directory);
  });
  afterAll(async () => {
    process.chdir(before);
    await rm(directory, { recursive: true });
    await app.close();
  });

  const create = async (): Promise<string> =>
    String((await client.post('/features', { name: 'f', description: '' })).body.id);
  const push = (id: string, ...args: string[]): Promise<Outcome> =>
    fuse({ FUSE_URL: app.url, FUSE_TOKEN: token }, ['metrics', 'push', '--feature', id, ...args]);

  it('sends a range, coverage and tokens in one call, and twice is once', async () => {
    const id = await create();
    const all = ['--range', 'main...HEAD', '--lcov', 'lcov.info', '--tokens', '100,20', '--model', 'm'];
    const outcome = await push(id, ...all, '--provider', 'p', '--cost', '0.25');
    expect(outcome).toEqual({
      code: 0,
      stderr: '',
      stdout: `Feature ${id}: 3 lines, coverage 50.0 %, 120 tokens.\n`,
    });
    expect((await push(id, ...all)).stdout).toBe(outcome.stdout);
    expect((await client.get(`/features/${id}/metrics`)).body).toMatchObject({
      ...{ linesOfCode: 3, testCoverage: 50, tokensUsed: 120 },
      ...{ modifiedFiles: ['a.txt'], newFiles: ['b ü.txt'] },
    });
    const other = await push(id, '--tokens', '5', '--model', 'm', '--commit', 'another');
    expect(other.stdout).toContain('125 tokens');
  });

  it('exits with 1 when it cannot be done, and says why', async () => {
    const id = await create();
    const broken = await push(id, '--lcov', 'broken.info');
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('line 2')]);
    expect([
      (await push(id, '--lcov', 'missing')).code,
      (await push(id, '--range', 'no...where')).code,
    ]).toEqual([1, 1]);
    const unknown = await push('00000000-0000-4000-8000-000000000000', '--range', 'main...HEAD');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('404')]);
    const args = ['metrics', 'push', '--feature', id, '--range', 'main...HEAD'];
    const refused = await fuse({ FUSE_URL: app.url, FUSE_TOKEN: 'x' }, args);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('401')]);
    const nobody = await fuse({ FUSE_URL: 'http://127.0.0.1:1', FUSE_TOKEN: 'x' }, args);
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('does not answer')]);
  });

  it('does not show the token, nor send it on', async () => {
    const id = await create();
    const args = ['metrics', 'push', '--feature', id, '--range', 'main...HEAD'];
    const newline = await fuse({ FUSE_URL: app.url, FUSE_TOKEN: `${token}\n` }, args);
    expect([newline.code, newline.stderr]).toEqual([0, '']);
    const broken = await fuse({ FUSE_URL: app.url, FUSE_TOKEN: 'secret\nword' }, args);
    expect([broken.code, /secret|word/.test(broken.stderr)]).toEqual([1, false]);
    const reached: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      reached.push(request.url);
      const elsewhere = request.url?.startsWith('/gone') ? 200 : 307;
      response.writeHead(elsewhere, { location: '/gone' }).end('<html>');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const sent = await fuse({ FUSE_URL: url, FUSE_TOKEN: token }, args);
    expect([sent.code, sent.stderr.includes('sends on to /gone'), reached.length]).toEqual([1, true, 1]);
    const page = await fuse({ FUSE_URL: `${url}/gone`, FUSE_TOKEN: token }, args);
    expect([page.code, page.stderr]).toEqual([1, expect.stringContaining('is FUSE_URL right?')]);
    other.close();
  });

  it("counts as git does by itself, whatever the repository's settings say", async () => {
    const id = await create();
    const settings = ['color.ui=always', 'diff.external=false', 'diff.relative=true', 'diff.noprefix=true'];
    for (const setting of settings) git('config', ...setting.split('='));
    expect((await push(id, '--range', 'main...HEAD')).stdout).toContain('3 lines');
    expect((await client.get(`/features/${id}/metrics`)).body).toMatchObject({ newFiles: ['b ü.txt'] });
    for (const setting of settings) git('config', '--unset', setting.split('=')[0] ?? '');
  });

  real('reads what real tools wrote (../shared/data/coverage)', async () => {
    const file = (name: string) => join(SHARED, 'coverage', name);
    const said = async (...args: string[]) => {
      const { code, stdout, stderr } = await push(await create(), ...args);
      return [code, /coverage \S+/.exec(stdout)?.[0] ?? stderr];
    };
    // 79 of 756 lines of its classes, and 2 of 7, as another reader counts them.
    expect(await said('--cobertura', file('cobertura.xml'))).toEqual([0, 'coverage 10.4']);
    expect(await said('--lcov', file('a.info'))).toEqual([0, 'coverage 28.6']);
    expect((await said('--lcov', file('format.info')))[0]).toBe(1);
  });

  it('exits with 2 when it is used wrongly', async () => {
    const id = await create();
    const wrong = [[], ['--tokens', '5'], ['--tokens', 'x', '--model', 'm'], ['--range', '--output=x']];
    for (const args of wrong) expect([args, (await push(id, ...args)).code]).toEqual([args, 2]);
    expect((await fuse({}, ['metrics', 'push', '--feature', id, '--range', 'x'])).code).toBe(2);
  });
});
