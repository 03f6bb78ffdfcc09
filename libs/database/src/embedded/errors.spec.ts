import { EmbeddedPostgresError, errorFromOutput, toEmbeddedPostgresError } from './errors';

describe('errorFromOutput', () => {
  test.each([
    ['no_space', 'FATAL:  could not write lock file "postmaster.pid": No space left on device'],
    ['no_space', 'PANIC:  could not write to file "pg_wal/xlogtemp.1": Disk quota exceeded'],
    ['not_accessible', 'initdb: error: could not access directory "/srv/data": Permission denied'],
    ['not_accessible', 'FATAL:  data directory "/srv/data" has wrong ownership'],
    ['wrong_major', 'FATAL:  database files are incompatible with server'],
    ['port_taken', 'FATAL:  lock file "/srv/data/socket/.s.PGSQL.5432.lock" already exists'],
    ['failed', 'FATAL:  could not load library "/lib/x.so"'],
  ])('judges %s by %s', (code, output) => {
    expect(errorFromOutput('PostgreSQL did not start.', output)).toMatchObject({
      code,
      message: expect.stringContaining(output),
    });
  });

  it('tells what to do about libraries that an installation without scripts leaves out', () => {
    const output =
      'postgres: error while loading shared libraries: libicuuc.so.60: cannot open shared object file';
    expect(errorFromOutput('It failed.', output).message).toContain('npm rebuild');
  });

  it('ends with the last fifteen lines only', () => {
    const output = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join('\n');
    const lines = errorFromOutput('It failed.', output).message.split('\n').slice(1);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([15, 'line 26', 'line 40']);
  });
});

describe('toEmbeddedPostgresError', () => {
  const systemError = (code: string, message: string) => Object.assign(new Error(message), { code });

  test.each([
    ['ENOSPC', 'no_space', 'free some space'],
    ['EACCES', 'not_accessible', 'DATA_DIR'],
    ['EROFS', 'not_accessible', 'DATA_DIR'],
    ['EIO', 'failed', 'EIO'],
  ])('makes %s %s, with advice', (code, expected, advice) => {
    const error = toEmbeddedPostgresError(systemError(code, `${code}: open '/srv/data'`), '/srv/data');
    expect(error).toMatchObject({ code: expected, message: expect.stringContaining(advice) });
  });

  it('names the systems that the programs run on when they cannot be run', () => {
    const error = toEmbeddedPostgresError(systemError('ENOENT', 'spawn /x/initdb ENOENT'), '/srv/data');
    expect(error).toMatchObject({ code: 'failed', message: expect.stringContaining('glibc') });
  });

  it('leaves our own errors alone', () => {
    const ours = new EmbeddedPostgresError('wrong_major', 'said already');
    expect(toEmbeddedPostgresError(ours, '/srv/data')).toBe(ours);
  });
});
