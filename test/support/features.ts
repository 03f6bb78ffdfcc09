import type { TestClient } from './client';

/** Makes a feature as a client does. @returns its id */
export async function newFeature(client: TestClient, given: object = {}): Promise<string> {
  const { status, text, body } = await client.post('/features', { name: 'f', description: '', ...given });
  if (status !== 201) throw new Error(`${status}: ${text}`);
  return String(body.id);
}
