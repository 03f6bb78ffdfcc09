import { ConfigError, loadConfig } from '../../apps/api/src/config/config';
import { StorageModule } from '../../apps/api/src/storage/storage.module';
import { blobStoreOf } from '../../apps/api/src/storage/storage.service';
import { TestApp } from '../support/app';
import { S3Server } from '../support/s3-server';

// The first of them: the log of a process belongs to its first application.
it('starts while the storage of files only does not answer, and says so', async () => {
  const lines: string[] = [];
  const away = { STORAGE_S3_ENDPOINT: 'http://127.0.0.1:1', STORAGE_URL: 's3://bucket/files' };
  const keys = { STORAGE_S3_ACCESS_KEY_ID: 'id', STORAGE_S3_SECRET_ACCESS_KEY: 'planted-secret' };
  const app = await TestApp.start({ ...away, ...keys }, { log: (line) => lines.push(line) });
  const ready = await fetch(`${app.url}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([200, { parts: { storage: 'down' } }]);
  expect(lines.join('\n')).toContain('The storage of files does not answer');
  expect(lines.join('\n')).not.toContain('planted-secret');
  await app.close();
});

it.each([
  ['which is not there', { STORAGE_URL: 's3://none/files' }, 'NoSuchBucket'],
  ['with wrong credentials', { STORAGE_S3_ACCESS_KEY_ID: 'wrong' }, 'InvalidAccessKeyId'],
])('does not start with a bucket %s, and names STORAGE_URL', async (_what, wrong: object, code) => {
  const server = await S3Server.start();
  const config = loadConfig({ ...server.storage, ...wrong }, { signs: false });
  const start = new StorageModule(blobStoreOf(config)).onModuleInit();
  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.toThrow(/^STORAGE_URL: s3:/);
  await expect(start).rejects.toThrow(code);
  await server.stop();
});

describe('STORAGE_URL', () => {
  const s3 = { STORAGE_URL: 's3://bucket/prefix' };

  it('leads to DATA_DIR/blobs, to a folder or to a bucket', () => {
    const at = (env: NodeJS.ProcessEnv) => blobStoreOf(loadConfig(env)).location;
    expect(at({ DATA_DIR: '/data' })).toBe('/data/blobs');
    expect(at({ STORAGE_URL: 'file:///srv/our%20files' })).toBe('/srv/our files');
    expect(at({ ...s3, STORAGE_S3_REGION: 'eu-central-1' })).toBe('s3://bucket/prefix');
    expect(at({ STORAGE_URL: 's3://bucket', STORAGE_S3_ENDPOINT: 'http://127.0.0.1:1' })).toBe('s3://bucket');
  });

  it.each([
    [{ STORAGE_URL: '/srv/files' }, 'STORAGE_URL: '],
    [{ STORAGE_URL: 'file://srv/files' }, 'STORAGE_URL: '],
    [{ STORAGE_URL: 'https://bucket.example.org' }, 'STORAGE_URL: '],
    [{ STORAGE_URL: 's3://' }, 'STORAGE_URL: '],
    [{ STORAGE_URL: 's3://id:planted-secret@bucket/x' }, 'STORAGE_URL: '],
    [{ STORAGE_URL: 's3://bucket/x?y=1' }, 'STORAGE_URL: '],
    [{ ...s3, STORAGE_S3_ENDPOINT: 'ftp://x' }, 'STORAGE_S3_ENDPOINT: '],
    [{ ...s3, STORAGE_S3_ACCESS_KEY_ID: 'id' }, 'STORAGE_S3_SECRET_ACCESS_KEY: set both, or none'],
    [{ STORAGE_S3_REGION: 'eu-central-1' }, 'STORAGE_S3_REGION: it takes STORAGE_URL'],
  ])('refuses %j, and names it', (env: NodeJS.ProcessEnv, message) => {
    const load = () => loadConfig(env);
    expect(load).toThrow(message);
    expect(load).not.toThrow(/planted-secret/);
  });
});
