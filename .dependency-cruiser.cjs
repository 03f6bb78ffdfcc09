// What may import what. The rules are tested in test/architecture/boundaries.test.ts.
const MODULE = '^apps/api/src/([^/]+)/';
const SHARED = '^apps/api/src/(common|config)/';
// What a module shows to the others. Its controller, its queries and everything else are its own.
const PUBLIC = [
  '\\.(module|service|entity|errors|access|decorator|guard|observations)\\.ts$',
  '/dto/[^/]+\\.ts$',
  '^apps/api/src/auth/(viewer|assumption|permissions|passwords)\\.ts$',
  '^apps/api/src/events/outbox\\.ts$',
  '^apps/api/src/database/[^/]+\\.ts$',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'libs-know-no-app',
      comment: 'libs/ serves every app, so it imports none.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'shared-knows-no-business',
      comment:
        'common/ and config/ serve every module, so they import none. (An entity may name what its key refers to.)',
      severity: 'error',
      from: { path: SHARED, pathNot: '\\.entity\\.ts$' },
      to: { path: '^apps/api/src/[^/]+/', pathNot: SHARED },
    },
    {
      name: 'modules-by-their-front-door',
      comment:
        'From another module: its module, service, entities, errors, access, decorators, observations and dto, nothing else.',
      severity: 'error',
      from: { path: MODULE, pathNot: '^apps/api/src/database/' },
      to: { path: MODULE, pathNot: ['^apps/api/src/$1/', SHARED, ...PUBLIC] },
    },
    {
      name: 'sources-import-no-tests',
      comment: 'Tests and benchmarks are built on the sources, never the other way round.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|bench)/|\\.spec\\.ts$' },
    },
    {
      name: 'no-circular',
      comment:
        'A cycle crashes on load or hides that two files are one. Entities that name each other are the exception.',
      severity: 'error',
      from: {},
      to: { circular: true, via: { pathNot: '\\.entity\\.ts$', dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared-packages-only',
      comment: 'A package that another one happens to bring may be gone tomorrow.',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs in production is a dependency.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
