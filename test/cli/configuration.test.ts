import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError, loadConfig, publicUrlOf, SETTINGS } from '../../apps/api/src/config/config';
import { ROOT } from './fuse';

/** The first two columns of the document's tables: setting and default. */
async function documented(): Promise<Map<string, string>> {
  const text = await readFile(join(ROOT, 'docs/configuration.md'), 'utf8');
  const rows = text.matchAll(/^\| `([A-Z0-9_]+)` +\| (.+?) +\|/gm);
  return new Map([...rows].map(([, name = '', given = '']) => [name, given.replaceAll('`', '')]));
}

describe('docs/configuration.md', () => {
  it('names the settings that there are', async () => {
    expect([...(await documented()).keys()].toSorted()).toEqual(SETTINGS.toSorted());
  });

  it('tells their defaults', async () => {
    const config: Record<string, unknown> = { ...loadConfig({}) };
    const shown = {
      ...config,
      DATA_DIR: config['DATA_DIR'] === resolve('.data') ? './.data' : config['DATA_DIR'],
      PUBLIC_URL: publicUrlOf({ PORT: 1, PUBLIC_URL: undefined }).replace('1', 'PORT'),
    };
    const defaults = new Map(
      SETTINGS.map((name) => [name, String(Reflect.get(shown, name) ?? '') || 'unset']),
    );
    expect(new Map([...(await documented())].toSorted())).toEqual(new Map([...defaults].toSorted()));
  });
});

describe('loadConfig', () => {
  let folder: string;
  const before = process.cwd();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fuse-config-'));
    process.chdir(folder);
  });

  afterEach(async () => {
    process.chdir(before);
    delete process.env['STAGES'];
    await rm(folder, { recursive: true });
  });

  it('reads .env below the environment', async () => {
    await writeFile('.env', '# ours\nDATABASE_POOL_SIZE="7"\nSTAGES=a,b\n');
    process.env['STAGES'] = 'one, two';
    expect(loadConfig()).toMatchObject({ DATABASE_POOL_SIZE: 7, STAGES: ['one', 'two'] });
    await rm('.env');
    expect(loadConfig()).toMatchObject({ DATABASE_POOL_SIZE: 10 });
  });

  it('reads secrets from files, the white space at their end left off', async () => {
    const secret = 'x'.repeat(32);
    await writeFile('jwt', `${secret}\n`);
    expect(loadConfig({ JWT_SECRET_FILE: 'jwt', JWT_SECRET: 'short' })).toMatchObject({ JWT_SECRET: secret });
    expect(() => loadConfig({ JWT_SECRET_FILE: 'missing' })).toThrow(
      'JWT_SECRET_FILE: cannot be read (ENOENT)',
    );
  });

  it('asks for the signing key with a database of its own, unless nothing is signed', () => {
    const env = { DATABASE_URL: 'postgres://fuse@localhost/fuse' };
    expect(() => loadConfig(env)).toThrow('JWT_SECRET: with DATABASE_URL it must be set');
    expect(loadConfig(env, { signs: false })).toMatchObject(env);
  });

  it.each([
    [{ PORT: '65536' }, 'PORT: '],
    [{ PORT: 'http' }, 'PORT: '],
    [{ PUBLIC_URL: 'ftp://x' }, 'PUBLIC_URL: '],
    [{ MIGRATE_ON_START: 'yes' }, 'MIGRATE_ON_START: '],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: '],
    [{ ADMIN_USERNAME: 'ada' }, 'set all three, or none'],
    [{ STAGES: 'one' }, 'STAGES: '],
    [{ STAGES: 'one,one' }, 'STAGES: '],
    [{ JWT_SECRET: 'short' }, 'JWT_SECRET: must have at least 32 bytes'],
  ])('refuses %j, and names it', (env, message) => {
    expect(() => loadConfig(env)).toThrow(ConfigError);
    expect(() => loadConfig(env)).toThrow(message);
  });
});
