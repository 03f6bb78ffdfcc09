import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Jest transforms what the global setup requires, but applies moduleNameMapper to tests alone.
const DATABASE = pathToFileURL(join(__dirname, '../../../libs/database/src/index.ts')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@app/database' ? { url: DATABASE, shortCircuit: true } : next(specifier, context),
});
