import { TestApp } from '../support/app';
import { codeOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';

const NOWHERE = '00000000-0000-4000-8000-00000000dead';

describe('features', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());

  it('are read by everybody, and changed by all but viewers', async () => {
    const [id, other] = [await newFeature(client), await newFeature(client)];
    const viewer = app.as(await app.newUser({ role: 'viewer' }));
    for (const path of ['', '/transitions', '/dependencies']) {
      expect((await viewer.get(`/features/${id}${path}`)).status).toBe(200);
    }
    const refused = [
      await viewer.post('/features', { name: 'f', description: '' }),
      await viewer.patch(`/features/${id}`, { name: 'g' }),
      await viewer.post(`/features/${id}/transitions`, { toStage: 'design' }),
      await viewer.put(`/features/${id}/metrics`, { linesOfCode: 1 }),
      await viewer.put(`/features/${id}/dependencies/${other}`, {}),
      await viewer.delete(`/features/${id}`),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
  });

  it('that are not there are answered 404 on every route', async () => {
    const path = `/features/${NOWHERE}`;
    const id = await newFeature(client);
    const answers = [
      await client.get(path),
      await client.patch(path, { name: 'g' }),
      await client.patch(path, {}),
      await app.as(await app.newUser({ role: 'admin' })).delete(path),
      await client.get(`${path}/transitions`),
      await client.post(`${path}/transitions`, { toStage: 'design' }),
      await client.get(`${path}/metrics`),
      await client.put(`${path}/metrics`, { linesOfCode: 1 }),
      await client.put(`${path}/metrics`, { linesOfCode: 1 }, { 'if-match': '"1"' }),
      await client.delete(`${path}/metrics`),
      await client.get(`${path}/dependencies`),
      await client.put(`${path}/dependencies/${id}`, {}),
      await client.put(`/features/${id}/dependencies/${NOWHERE}`, {}),
      await client.delete(`${path}/dependencies/${id}`),
      await client.delete(`/features/${id}/dependencies/${NOWHERE}`),
    ];
    expect(answers.map(codeOf)).toEqual(answers.map(() => [404, 'feature_not_found']));
  });
});
