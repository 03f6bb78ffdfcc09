import { join } from 'node:path';
import { revertLast } from '@app/database';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { migrations } from '../../apps/api/src/database/migrations';
import { describeSchema } from '../../apps/api/src/database/schema-doc';
import type { Drill, Scene } from './framework/drill';
import { Api } from './support/api';
import { fuse } from './support/cli';
import { connect } from './support/database';
import { HttpClient, idOf } from './support/http';
import { WriteLoad } from './support/load';
import { Postgres } from './support/postgres';
import { columnsOf, countRows, mustEqual, only, rowsOf } from './support/rows';

/** All migrations down but the first, on a database with rows, and up again, by two processes at once. */
export const drill: Drill = {
  name: 'migrations',
  what: 'Every migration but the first is reverted on a populated database; then two processes migrate at once: each migration is applied once, no row of the first schema is lost or changed, and the schema is the same as before',
  quick: false,
  async run(scene: Scene) {
    const postgres = await Postgres.start(scene);
    const settings = { DATABASE_URL: postgres.url, DATA_DIR: join(scene.folder, 'data') };
    const api = await Api.start(scene, settings);
    await populate(scene, api);
    await api.stop();
    const database = await connect(scene, postgres.url);
    const schema = await schemaOf(postgres.url);
    const whole = await rowsOf(database, await columnsOf(database));
    const undone = await revertAllButFirst(postgres.url);
    const columns = await columnsOf(database);
    const before = only(whole, columns);
    scene.count('rows', countRows(before));
    scene.count('migrations down and up', undone.length);
    mustEqual(scene, 'after going down', before, await rowsOf(database, columns));
    const runs = await Promise.all([1, 2].map(() => fuse(settings, 'db', 'migrate')));
    const applied = runs.flatMap(({ stdout }) => undone.filter((name) => stdout.includes(`Applied ${name}`)));
    const codes = runs.map(({ code }) => code).join(' ');
    scene.must('both processes end well', codes === '0 0', runs);
    scene.must(
      'each migration is applied once',
      applied.toSorted().join() === undone.toSorted().join(),
      applied,
    );
    mustEqual(scene, 'after going up', before, await rowsOf(database, columns));
    scene.must('the schema is the same as before', (await schemaOf(postgres.url)) === schema);
    await api.restart();
    // Sessions came later than the first schema.
    const client = new HttpClient(api.port, await api.signIn({ anew: true }));
    const page = await client.get('/tasks?count=exact');
    scene.must('it serves', page.status === 200, page.body.toString());
    client.close();
  },
};

async function populate(scene: Scene, api: Api): Promise<void> {
  const load = new WriteLoad(api.port, await api.signIn());
  await load.more(1000);
  await load.stop();
  const client = await api.client();
  for (let i = 0; i < 20; i++) {
    const id = idOf(await client.post('/features', { name: `feature ${i}`, description: 'of a drill' }));
    await client.post(`/features/${id}/transitions`, { toStage: 'design' });
    await client.send('PUT', `/features/${id}/metrics`, { body: { linesOfCode: i } });
  }
  client.close();
}

async function revertAllButFirst(url: string): Promise<string[]> {
  const dataSource = await createApiDataSource({ url, poolSize: 1 }).initialize();
  try {
    const undone: string[] = [];
    while (undone.length < migrations.length - 1) undone.push((await revertLast(dataSource)) ?? 'none');
    return undone;
  } finally {
    await dataSource.destroy();
  }
}

async function schemaOf(url: string): Promise<string> {
  const dataSource = await createApiDataSource({ url, poolSize: 1 }).initialize();
  try {
    return await describeSchema(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
