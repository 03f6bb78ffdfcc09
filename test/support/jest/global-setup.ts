import './resolve-alias';
import { startTestServer } from './test-server';

/** One PostgreSQL and one migrated template for the whole run; the workers find both by the environment. */
export default async function globalSetup(): Promise<void> {
  await startTestServer();
}
