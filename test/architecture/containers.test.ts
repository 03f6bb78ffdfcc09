import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyWhere } from '../support/only-where';

const ROOT = join(__dirname, '../..');
const SECRETS = { POSTGRES_PASSWORD: 'abc123', JWT_SECRET: '0123456789abcdef0123456789abcdef' };

// The plugin of today's client, or the program of its own that came before it.
const COMPOSE = [['docker', 'compose'], ['docker-compose']].find(
  ([command = '', ...args]) => spawnSync(command, [...args, 'version']).status === 0,
);

const itWithCompose = onlyWhere(COMPOSE !== undefined, 'neither "docker compose" nor docker-compose is here');

/** Away from the checkout, where a developer's own .env would answer for the variables that a test leaves out. */
function composeConfig(
  env: Record<string, string>,
  name = 'docker-compose.yml',
): { status: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'fuse-compose-'));
  // What is built has to be there, too.
  for (const each of [name, 'ops']) cpSync(join(ROOT, each), join(folder, each), { recursive: true });
  const [command = '', ...args] = COMPOSE ?? [];
  const { status, stdout, stderr } = spawnSync(command, [...args, '-f', name, 'config'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return { status, output: stdout + stderr };
}

describe('docker-compose.yml', () => {
  itWithCompose('is accepted by docker compose config', () => {
    const { status, output } = composeConfig(SECRETS);
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain('postgres://fuse:abc123@postgres:5432/fuse');
    expect(output).toContain('/var/lib/postgresql');
  });

  describe.each(Object.keys(SECRETS))('without %s', (missing) => {
    itWithCompose('refuses and names it', () => {
      const { status, output } = composeConfig({ ...SECRETS, [missing]: '' });
      expect(status).not.toBe(0);
      expect(output).toContain(missing);
    });
  });
});

describe('docker-compose.scale.yml', () => {
  const NAME = 'docker-compose.scale.yml';
  const ALL = { ...SECRETS, REPLICATION_PASSWORD: 'def456' };
  const composed = (env: Record<string, string>) => composeConfig(env, NAME);

  itWithCompose('is accepted by docker compose config', () => {
    const { status, output } = composed(ALL);
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain('postgres://fuse:abc123@pgbouncer:6432/fuse');
    expect(output).toContain('postgres://fuse:abc123@replica:5432/fuse');
  });

  describe.each(Object.keys(ALL))('without %s', (missing) => {
    itWithCompose('refuses and names it', () => {
      const { status, output } = composed({ ...ALL, [missing]: '' });
      expect(status).not.toBe(0);
      expect(output).toContain(missing);
    });
  });

  it('mounts and builds what is there', () => {
    const text = readFileSync(join(ROOT, NAME), 'utf8');
    const paths = [...text.matchAll(/(?:- \.\/|build: )(ops\/[\w./-]+)/g)].map(
      ([, path = '']) => path.split(':')[0] ?? '',
    );
    expect(paths).toHaveLength(3);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

  it('runs on the Node that package.json pins', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: { node: string };
    };
    expect(dockerfile).toContain(`ARG NODE_VERSION=${devDependencies.node}\n`);
  });

  const final = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));

  it('starts the server as npm start does', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    const [, variables, flags = ''] = /exec env (.+) \S+\/node (.+)$/.exec(scripts.start) ?? [];
    const command = /^CMD (\[(?:[^\]]|\n)+\])$/m.exec(final)?.[1]?.replace(/\\\n/g, '') ?? '[]';
    expect(JSON.parse(command)).toEqual(['node', ...flags.split(' ')]);
    expect(final).toContain(`\nENV ${variables}\n`);
  });

  it('ends as an ordinary user with a health check', () => {
    expect(final).toMatch(/^USER node$/m);
    expect(final).toMatch(/^HEALTHCHECK .*\\\n.*\/health\/live/m);
  });
});
