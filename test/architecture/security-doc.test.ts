import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTEXT_WORDS } from '../../apps/api/src/auth/common-passwords';

const ROOT = join(__dirname, '../..');

describe('docs/security.md', () => {
  const text = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
  const quoted = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, path = '']) => path))];

  it('names tests that there are', () => {
    const tests = quoted(/`([\w/.-]+\.(?:test|spec)\.ts)`/g);
    expect(tests.length).toBeGreaterThan(20);
    const missing = tests.filter(
      (path) => !existsSync(join(ROOT, path.startsWith('apps/') ? '' : 'test', path)),
    );
    expect(missing).toEqual([]);
  });

  it('names sources that there are', () => {
    const sources = quoted(/`((?:auth|common|setup|mail)\/[\w/.-]+\.ts)`/g);
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((path) => !existsSync(join(ROOT, 'apps/api/src', path)))).toEqual([]);
  });

  it('lists the words that no password may be', () => {
    const list = /_(fuse, [^_]+)_/.exec(text)?.[1]?.split(/,\s+/);
    expect(list).toEqual(CONTEXT_WORDS);
  });
});
