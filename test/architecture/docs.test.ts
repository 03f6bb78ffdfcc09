import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describePermissions, type GuardedRoute } from '../../apps/api/src/auth/permissions-doc';
import type { Permission } from '../../apps/api/src/auth/permissions';
import { describeEvents } from '../../apps/api/src/events/events-doc';
import { TestApp } from '../support/app';
import { operationsOf, readDocument } from '../support/routes/document';

const DOCS = join(__dirname, '../../docs');

/** Compares a document with what the sources say now. With `UPDATE_DOCS=1` it is written first. */
async function expectFresh(name: string, current: string): Promise<void> {
  const path = join(DOCS, name);
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(path, current);
  expect(await readFile(path, 'utf8')).toBe(current);
}

describe('docs/permissions.md', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('is what the routes declare', async () => {
    const routes = operationsOf(await readDocument(app)).map(
      ({ method, path, summary = '', tags = [], ...operation }): GuardedRoute => ({
        method,
        path,
        summary,
        tag: tags[0] ?? '',
        permission: operation['x-permission']?.name as Permission | undefined,
      }),
    );
    await expectFresh('permissions.md', describePermissions(routes));
  });
});

describe('docs/events.md', () => {
  it('is what the types of events say', async () => {
    await expectFresh('events.md', describeEvents());
  });
});
