// Lets a process of its own run the sources as they are: `node --require typescript.cjs script.ts`.
const { readFileSync } = require('node:fs');
const { registerHooks } = require('node:module');
const { fileURLToPath } = require('node:url');
const { transformSync } = require('@swc/core');

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (!/^\.\.?\/.*\/?[^.]+$/.test(specifier) || context.parentURL?.includes('/node_modules/')) {
      return nextResolve(specifier, context);
    }
    try {
      return nextResolve(`${specifier}.ts`, context);
    } catch {
      return nextResolve(`${specifier}/index.ts`, context);
    }
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    const { code } = transformSync(readFileSync(fileURLToPath(url), 'utf8'), {
      module: { type: 'commonjs' },
      jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
    });
    return { format: 'commonjs', source: code, shortCircuit: true };
  },
});
