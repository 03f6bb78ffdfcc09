import { chmod, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow, upload } from '../support/uploads';
import { Installation } from './backup-world';
import { fuse, type Outcome } from './fuse';

const SECRET = 'planted-secret-of-32-bytes-and-more';

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly detail: string;
  readonly advice?: string;
}

describe('fuse doctor', () => {
  let home: Installation;

  beforeEach(async () => {
    home = await Installation.make();
  });
  afterEach(() => home.remove());

  const examine = async (settings: NodeJS.ProcessEnv = {}) => {
    const env = { ...home.env, JWT_SECRET: SECRET, PORT: '1', ...settings };
    const outcome = await fuse(env, ['doctor', '--json']);
    const { ok, findings } = JSON.parse(outcome.stdout) as { ok: boolean; findings: Finding[] };
    expect([ok, outcome.code]).toEqual(ok ? [true, 0] : [false, 1]);
    for (const { state, advice } of findings) {
      const acts = state === 'warning' || state === 'failed';
      expect(advice === undefined).toBe(!acts);
    }
    return new Map(findings.map((finding) => [finding.check, finding]));
  };
  const stateOf = async (check: string, settings: NodeJS.ProcessEnv = {}) =>
    (await examine(settings)).get(check)?.state;

  it('finds nothing to do on a good installation, and says so', async () => {
    const outcome: Outcome = await fuse({ ...home.env, JWT_SECRET: SECRET, PORT: '1' }, ['doctor']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toContain('✓ database.schema: as the migrations make it\n');
    expect(outcome.stdout).toContain('– server: nothing answers on port 1: the server is stopped\n');
    expect(outcome.stdout).toMatch(/Nothing failed; \d warnings?\.\n$/);
    expect(outcome.stdout).not.toContain('✗');
  });

  it('tells what to do, and exits with 1, where something failed', async () => {
    const { code, stdout, stderr } = await fuse({ ...home.env, PORT: '1' }, ['doctor']);
    expect([code, stderr]).toEqual([1, '1 check failed.\n']);
    expect(stdout).toContain(
      '✗ settings.jwt_secret: It is not set, and with DATABASE_URL it must be\n    → Set JWT_SECRET',
    );
  });

  it('sees whether the server runs', async () => {
    const app = await home.start();
    const port = new URL(app.url).port;
    expect((await examine({ PORT: port })).get('server')).toMatchObject({
      state: 'ok',
      detail: `it is ready on port ${port}`,
    });
    await app.close();
  });

  it('prints no secret, whatever is wrong', async () => {
    const url = home.database.url.replace(/\/\/([^:@]*)(:[^@]*)?@/, '//$1:planted-password@');
    const wrong = [
      { SMTP_URL: 'smtp://me:planted-password@127.0.0.1:1', MAIL_FROM: 'fuse@example.org' },
      { DATABASE_URL: url.replace(/\/[^/]*$/, '/no_such_database') },
      { DATABASE_URL: 'postgres://me:planted-password@127.0.0.1:1/fuse' },
      { JWT_SECRET: 'planted' },
      { DATABASE_URL: 'planted-password' },
    ];
    for (const settings of wrong) {
      const env = { ...home.env, JWT_SECRET: SECRET, PORT: '1', ...settings };
      const { code, stdout, stderr } = await fuse(env, ['doctor']);
      expect([settings, code]).toEqual([settings, 1]);
      expect(stdout + stderr).not.toContain('planted');
    }
  });

  describe('about settings', () => {
    it('names those that are wrong', async () => {
      const { get } = await fuse({ PORT: 'http' }, ['doctor', '--json']).then(({ stdout }) => {
        const { findings } = JSON.parse(stdout) as { findings: Finding[] };
        return { get: findings };
      });
      expect(get).toEqual([expect.objectContaining({ check: 'settings', state: 'failed' })]);
      expect(get[0]?.detail).toContain('PORT');
    });

    it.each([
      ['settings.public_url', { HOST: '0.0.0.0' }],
      ['settings.public_url', { PUBLIC_URL: 'http://fuse.example.org' }],
      ['settings.trust_proxy', { PUBLIC_URL: 'https://fuse.example.org' }],
    ])('warns of %s: %j', async (check, settings: Record<string, string>) => {
      expect(await stateOf(check, settings)).toBe('warning');
    });

    it('takes those that fit together', async () => {
      const findings = await examine({ PUBLIC_URL: 'https://fuse.example.org', TRUST_PROXY: '10.0.0.1' });
      expect(findings.get('settings.public_url')?.state).toBe('ok');
      expect(findings.get('settings.trust_proxy')?.state).toBe('ok');
    });
  });

  describe('about the database', () => {
    it('says that it cannot be reached', async () => {
      const DATABASE_URL = 'postgres://me@127.0.0.1:1/fuse';
      expect((await examine({ DATABASE_URL })).get('database')).toMatchObject({
        state: 'failed',
        detail: 'It cannot be reached: ECONNREFUSED',
      });
    });

    it('sees migrations that are not applied', async () => {
      await home.fuse('db', 'revert');
      const findings = await examine();
      expect(findings.get('database.migrations')?.state).toBe('failed');
      expect(findings.get('database.schema')?.state).toBe('skipped');
      expect(findings.get('content')?.state).toBe('skipped');
    });

    it('sees migrations of a newer release', async () => {
      await home.query(
        `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
      );
      expect((await examine()).get('database.migrations')).toMatchObject({
        state: 'failed',
        detail: expect.stringContaining('Later9999999999999'),
      });
    });

    it.each([
      ['database.schema', 'warning', 'ALTER TABLE tasks ALTER COLUMN title DROP NOT NULL'],
      [
        'database.indexes',
        'failed',
        `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_events_position'::regclass`,
      ],
      [
        'events',
        'warning',
        `INSERT INTO events (time, type, subject_type) VALUES (now() - interval '1 hour', 'task.created', 'task')`,
      ],
      ['mail.queue', 'warning', `INSERT INTO outgoing_mails (kind) VALUES ('invitation')`],
      ['paused', 'warning', `UPDATE installation_state SET paused_at = now(), paused_reason = 'restored'`],
    ])('sees %s', async (check, state, sql) => {
      expect(await stateOf(check)).toBe('ok');
      await home.query(sql);
      expect(await stateOf(check)).toBe(state);
    });
  });

  describe('about files', () => {
    it('sees rights that are too wide', async () => {
      await writeFile(join(home.dataDir, 'jwt-secret'), SECRET, { mode: 0o600 });
      expect(await stateOf('data_dir.secrets')).toBe('ok');
      await chmod(join(home.dataDir, 'jwt-secret'), 0o644);
      expect(await stateOf('data_dir.secrets')).toBe('failed');
      expect(await stateOf('data_dir')).toBe('ok');
      await chmod(home.dataDir, 0o755);
      expect(await stateOf('data_dir')).toBe('warning');
    });

    it('sees files that are gone, cut, or belong to nothing', async () => {
      const app = await home.start();
      const user = await app.newUser();
      const task = await app.as(user).post('/tasks', { title: 'Paint it' });
      const answer = await upload(app.as(user), { taskId: String(task.body.id) }, { content: 'paint' });
      expect(answer.status).toBe(201);
      await app.close();
      const [file = ''] = await filesBelow(join(home.dataDir, 'blobs'));
      expect(await stateOf('files.missing')).toBe('ok');
      expect(await stateOf('files.orphaned')).toBe('ok');
      await writeFile(file, 'pai');
      expect(await stateOf('files.missing')).toBe('failed');
      await rm(file);
      expect(await stateOf('files.missing')).toBe('failed');
      const orphan = `${file}x`;
      await writeFile(orphan, 'left over');
      expect(await stateOf('files.orphaned')).toBe('ok');
      await utimes(orphan, 1, 1);
      expect(await stateOf('files.orphaned')).toBe('warning');
    });
  });

  it('sees how old backups are, and whether one was verified', async () => {
    expect((await examine()).get('backups')).toMatchObject({ state: 'warning' });
    const BACKUP_TO = join(home.dataDir, 'backups');
    expect((await examine({ BACKUP_TO })).get('backups')).toMatchObject({
      state: 'failed',
      detail: 'There is none',
    });
    await home.fuse('backup', '--to', BACKUP_TO);
    const findings = await examine({ BACKUP_TO });
    expect(findings.get('backups')).toMatchObject({ state: 'ok', detail: 'the newest is 0.0 hours old' });
    expect(findings.get('backups.verified')).toMatchObject({ state: 'warning' });
  });

  it('makes no database where there is none', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    const { code, stdout } = await fuse({ DATA_DIR: dataDir, PORT: '1' }, ['doctor']);
    expect(code).toBe(0);
    expect(stdout).toContain('– database: ');
    expect(await readdir(dataDir)).toEqual([]);
    await rm(dataDir, { recursive: true });
  });

  it('asks the server for mail', async () => {
    const settings = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'fuse@example.org' };
    expect((await examine(settings)).get('mail.server')).toMatchObject({
      state: 'failed',
      detail: 'It does not take mail from here (ESOCKET)',
    });
  });
});
