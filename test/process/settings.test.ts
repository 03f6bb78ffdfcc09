import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@app/database';
import { freePort } from '../support/free-port';
import { S3Server } from '../support/s3-server';
import { ServerProcess } from '../support/server-process';

const LONG_ENOUGH = 'a secret for tests alone, of 32+ bytes';

describe('a start that cannot succeed', () => {
  const refused = async (settings: Record<string, string>, port?: number) => {
    const server = ServerProcess.spawn(port ?? (await freePort()), settings);
    const { code } = await server.exited;
    return { code, output: server.output };
  };
  const external = { DATABASE_URL: 'postgres://user:planted-secret@127.0.0.1:1/fuse' };

  it.each([
    [{ PORT: 'http' }, 'PORT'],
    [{ DATABASE_URL: 'mysql://localhost' }, 'DATABASE_URL'],
    [external, 'JWT_SECRET'],
    [{ ...external, JWT_SECRET: 'planted-secret' }, 'JWT_SECRET'],
    [{ DATABASE_REPLICA_URL: external.DATABASE_URL }, 'DATABASE_REPLICA_URL'],
    [{ ...external, DATABASE_POOLER: 'transaction', JWT_SECRET: LONG_ENOUGH }, 'DATABASE_DIRECT_URL'],
    [{ ADMIN_USERNAME: 'ada' }, 'ADMIN_PASSWORD'],
    [{ JWT_SECRET_FILE: '/does/not/exist' }, 'JWT_SECRET_FILE'],
    [{ STAGES: 'one' }, 'STAGES'],
    [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY'],
    [{ CORS_ORIGINS: 'app.example.org' }, 'CORS_ORIGINS'],
    [{ MIGRATE_ON_START: 'yes' }, 'MIGRATE_ON_START'],
  ])('names the setting that is wrong: %j', async (settings: Record<string, string>, name) => {
    const { code, output } = await refused(settings);
    expect(code).toBe(1);
    expect(output).toMatch(/^Wrong setting: /);
    expect(output).toContain(name);
    expect(output).not.toContain('planted-secret');
  });

  it('says which setting names a database that cannot be reached', async () => {
    const settings = {
      ...external,
      JWT_SECRET: LONG_ENOUGH,
      LOG_LEVEL: 'silent',
    };
    const { code, output } = await refused(settings);
    expect(code).toBe(1);
    expect(output).toBe('No connection to the database of DATABASE_URL: connect ECONNREFUSED 127.0.0.1:1');
  });

  it('names STORAGE_URL when its bucket is not there, and leaves no PostgreSQL behind', async () => {
    const s3 = await S3Server.start();
    const dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    const settings = {
      ...s3.storage,
      STORAGE_URL: 's3://none/files',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
    };
    const { code, output } = await refused(settings);
    expect([code, output.split('\n').at(-1)]).toEqual([
      1,
      expect.stringMatching(/^Wrong setting: STORAGE_URL: s3:\/\/none\/files cannot be used: NoSuchBucket: /),
    ]);
    expect(output).not.toContain('S3RVER');
    await expect(access(join(dataDir, 'postgres/data/postmaster.pid'))).rejects.toThrow('ENOENT');
    await rm(dataDir, { recursive: true });
    await s3.stop();
  });

  it('says that the port is taken', async () => {
    const database = await createTestDatabase();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const settings = {
      DATABASE_URL: database.url,
      JWT_SECRET: LONG_ENOUGH,
      DATA_DIR: '/tmp',
    };
    const { code, output } = await refused({ ...settings, LOG_LEVEL: 'silent' }, port);
    expect([code, output.split('\n').at(-1)]).toEqual([
      1,
      `Port ${port} is taken by another program: stop it, or set PORT.`,
    ]);
    taken.close();
    await database.drop();
  });
});
