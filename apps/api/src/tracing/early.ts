import { ConfigError } from '../config/config';
import { tracingSettings } from '../config/tracing-settings';
import { startTracing } from './tracing';

// Imported before the server's own code: what is traced (HTTP, SQL) is watched from the moment at which it is loaded.
try {
  const settings = tracingSettings();
  if (settings) startTracing(settings);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`Wrong setting: ${error.message}\n`);
  process.exit(1);
}
