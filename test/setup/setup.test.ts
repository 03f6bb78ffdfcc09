import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Checkout } from './checkout';

const DONE = expect.objectContaining({ code: 0 }) as unknown;

describe('the set-up of a checkout', () => {
  let checkout: Checkout;

  beforeEach(() => {
    checkout = new Checkout();
  });

  afterEach(() => checkout.remove());

  it('installs and builds once', async () => {
    expect(await checkout.setUp()).toEqual(DONE);
    expect(checkout.calls()).toEqual([expect.stringMatching(/^ci .*--include=dev/), 'build']);
    expect(await checkout.setUp()).toEqual(DONE);
    expect(checkout.calls()).toHaveLength(2);
  });

  it('says what it is doing while that takes longer than a second', async () => {
    const { code, stderr } = await checkout.setUp({ NPM_WAITS_FOR: 'go' }, () => checkout.write('go', ''));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Installing the packages .*…\n.*Installing the packages .*: done after \d+ s$/ms);
  });

  it('installs anew when the lockfile names other packages', async () => {
    await checkout.setUp();
    checkout.lock('2.0.0');
    expect(await checkout.setUp()).toEqual(DONE);
    expect(checkout.calls().filter((call) => call.startsWith('ci'))).toHaveLength(2);
  });

  it('accepts what somebody installed by hand', async () => {
    await checkout.setUp();
    execFileSync('rm', [join(checkout.root, 'node_modules/.fuse-installed')]);
    expect(await checkout.setUp()).toEqual(DONE);
    expect(checkout.calls()).toHaveLength(2);
  });

  it('builds anew after a change, without the output of a deleted source', async () => {
    checkout.write('apps/old.ts', '1');
    await checkout.setUp();
    expect(checkout.has('dist/apps/old.js')).toBe(true);
    execFileSync('rm', [join(checkout.root, 'apps/old.ts')]);
    expect(await checkout.setUp()).toEqual(DONE);
    expect(checkout.calls().filter((call) => call === 'build')).toHaveLength(2);
    expect(checkout.has('dist/apps/old.js')).toBe(false);
    expect(checkout.has('dist/apps/main.js')).toBe(true);
  });

  it('fetches the pinned Node where npm ignores install scripts', async () => {
    expect(await checkout.setUp({ NPM_IGNORES_SCRIPTS: '1' })).toEqual(DONE);
    expect(checkout.calls()[1]).toMatch(/^rebuild node .*--ignore-scripts=false/);
  });

  it.each([
    ['ENOTFOUND', /could not reach the package registry/],
    ['ENOSPC', /disk is full/],
    ['EACCES', /may not write here/],
    ['EUSAGE', /disagree/],
  ])('explains %s', async (npmCode, explanation) => {
    const { code, stderr } = await checkout.setUp({ NPM_FAILS_WITH: npmCode });
    expect(code).toBe(1);
    expect(stderr).toMatch(explanation);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('is done once when two commands start it at the same time', async () => {
    expect(await Promise.all([checkout.setUp(), checkout.setUp()])).toEqual([DONE, DONE]);
    expect(checkout.calls()).toHaveLength(2);
  });

  it('takes over from a set-up that was killed', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    checkout.write('dist/.setup.lock', String(dead));
    expect(await checkout.setUp()).toEqual(DONE);
    expect(checkout.has('dist/.setup.lock')).toBe(false);
  });
});

describe('the oldest Node that starts the project', () => {
  const module = join(__dirname, '../../scripts/setup/node-version.mjs');
  const check = (version: string) =>
    spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `(await import('${module}')).checkNodeVersion('${version}')`],
      { encoding: 'utf8' },
    );

  it.each(['20.18.3', '18.20.0'])('is newer than %s', (version) => {
    const { status, stderr } = check(version);
    expect(status).toBe(1);
    expect(stderr).toContain(`needs Node 20.19 or newer to start; this is Node ${version}`);
  });

  it.each(['20.19.0', '22.0.0', '26.10.0'])('is not newer than %s', (version) => {
    expect(check(version).status).toBe(0);
  });
});
