import { createTestDatabase, type TestDatabase } from '@app/database';
import { type DataSource } from 'typeorm';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { Attachment } from '../../apps/api/src/attachments/attachment.entity';
import { Feature } from '../../apps/api/src/features/feature.entity';
import { Task } from '../../apps/api/src/tasks/task.entity';
import { User } from '../../apps/api/src/users/user.entity';

describe('a row through its entity', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    await settle(database.url, 'Asia/Tokyo');
    dataSource = await createApiDataSource({ url: database.url, poolSize: 1 }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('keeps the microseconds of its times, in UTC', async () => {
    const tasks = dataSource.getRepository(Task);
    const { id } = await tasks.save({ title: 't', createdAt: '2020-01-02T05:04:05.123456+02:00' });
    const task = await tasks.findOneByOrFail({ id });
    expect(task.createdAt).toBe('2020-01-02T03:04:05.123456Z');
    expect(task.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    await tasks.save({ ...task, title: 'u' });
    expect((await tasks.findOneByOrFail({ id })).createdAt).toBe('2020-01-02T03:04:05.123456Z');
  });

  it('is read in UTC though the URL has options of its own', async () => {
    const url = `${database.url}${database.url.includes('?') ? '&' : '?'}options=-c%20TimeZone%3DAsia%2FTokyo%20-c%20geqo%3Doff`;
    const elsewhere = await createApiDataSource({ url, poolSize: 1 }).initialize();
    const shown = await elsewhere.query(
      `SELECT current_setting('TimeZone') AS zone, current_setting('geqo') AS geqo, '2020-01-01 09:00+09'::timestamptz AS time`,
    );
    await elsewhere.destroy();
    expect(shown).toEqual([{ zone: 'UTC', geqo: 'off', time: '2020-01-01T00:00:00Z' }]);
  });

  it('keeps a BIGINT exact past 2^53', async () => {
    const attachments = dataSource.getRepository(Attachment);
    const { id } = await attachments.save({ filename: 'a', filePath: '/a', sizeBytes: '9007199254740993' });
    expect(await attachments.findOneByOrFail({ id })).toMatchObject({ sizeBytes: '9007199254740993' });
  });

  it('does not hand out the password hash, the file path or the tombstone unless they are asked for', async () => {
    const users = dataSource.getRepository(User);
    const { id } = await users.save({ username: 'ada', email: 'ada@example.org', passwordHash: 'secret' });
    expect(await users.findOneByOrFail({ id })).not.toHaveProperty('passwordHash');
    const attachments = dataSource.getRepository(Attachment);
    const { id: attachmentId } = await attachments.save({ filename: 'a', filePath: '/a' });
    expect(await attachments.findOneByOrFail({ id: attachmentId })).not.toHaveProperty('filePath');
    expect(await attachments.findOneByOrFail({ id: attachmentId })).not.toHaveProperty('deletedAt');
  });

  it('is left out of a repository once it is a tombstone', async () => {
    const tasks = dataSource.getRepository(Task);
    const { id } = await tasks.save({ title: 't' });
    await tasks.softDelete(id);
    expect(await tasks.findOneBy({ id })).toBeNull();
    expect(await tasks.findOne({ where: { id }, withDeleted: true })).toMatchObject({ id });
  });

  it('of a feature gets a later lastUpdated from every change, though its clock were ahead', async () => {
    const features = dataSource.getRepository(Feature);
    const { id } = await features.save({
      name: 'f',
      description: '',
      currentStage: 'planning',
      lastUpdated: '2999-01-01T00:00:00.000001Z',
    });
    await features.update(id, { name: 'g' });
    expect((await features.findOneByOrFail({ id })).lastUpdated).toBe('2999-01-01T00:00:00.000002Z');
    await features.update(id, { lastUpdated: '2000-01-01T00:00:00Z' });
    expect((await features.findOneByOrFail({ id })).lastUpdated).toBe('2999-01-01T00:00:00.000003Z');
  });
});

/** Moves the database to a time zone, so that UTC is no accident. */
async function settle(url: string, zone: string): Promise<void> {
  const dataSource = await createApiDataSource({ url, poolSize: 1 }).initialize();
  await dataSource.query(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), '${zone}'); END $$`,
  );
  await dataSource.destroy();
}
