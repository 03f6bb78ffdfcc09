import { setSourceMapsSupport } from 'node:module';

// Imported before what they are of: traces tell lines of TypeScript. Those of packages would be read into memory as well.
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
