// Lets a process of its own run the application's sources as they are: `node --require typescript.cjs main.ts`.
const { readFileSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { transformSync } = require('@swc/core');

const DATABASE = pathToFileURL(join(__dirname, '../../libs/database/src/index.ts')).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === '@app/database') return { url: DATABASE, shortCircuit: true };
    const ours = specifier.startsWith('.') && !context.parentURL?.includes('/node_modules/');
    if (!ours) return nextResolve(specifier, context);
    try {
      return nextResolve(`${specifier}.ts`, context);
    } catch {
      return nextResolve(specifier.endsWith('.ts') ? specifier : `${specifier}/index.ts`, context);
    }
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), {
      module: { type: 'commonjs' },
      sourceMaps: 'inline',
      jsc: {
        target: 'es2024',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        keepClassNames: true,
      },
    });
    return { format: 'commonjs', source: code, shortCircuit: true };
  },
});
