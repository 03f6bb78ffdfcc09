import { SourceTree } from './source-tree';

const SOUND = {
  'apps/api/src/users/users.service.ts': `import './users.queries';`,
  'apps/api/src/users/users.queries.ts': 'export {};',
  'apps/api/src/users/users.controller.ts': `import './users.service';`,
  'apps/api/src/users/user.entity.ts': `import '../tasks/task.entity';`,
  'apps/api/src/users/dto/user.response.ts': `import '../user.entity';`,
  'apps/api/src/tasks/task.entity.ts': `import '../users/user.entity';`,
  'apps/api/src/tasks/tasks.service.ts': `import '../users/users.service'; import '../common/errors/problem';`,
  'apps/api/src/tasks/dto/task.response.ts': `import '../../users/dto/user.response';`,
  'apps/api/src/common/errors/problem.ts': `import '../../config/config';`,
  'apps/api/src/config/config.ts': 'export {};',
  'libs/database/src/index.ts': 'export {};',
  'test/support/world.ts': `import '../../apps/api/src/users/users.queries';`,
};

// Every rule of .dependency-cruiser.cjs, with a file that breaks it.
const BREACHES: [rule: string, file: string, source: string][] = [
  ['libs-know-no-app', 'libs/database/src/bad.ts', `import '../../../apps/api/src/config/config';`],
  ['shared-knows-no-business', 'apps/api/src/common/bad.ts', `import '../users/users.service';`],
  ['shared-knows-no-business', 'apps/api/src/config/bad.ts', `import '../users/user.entity';`],
  ['modules-by-their-front-door', 'apps/api/src/tasks/bad-queries.ts', `import '../users/users.queries';`],
  ['modules-by-their-front-door', 'apps/api/src/tasks/bad-route.ts', `import '../users/users.controller';`],
  [
    'modules-by-their-front-door',
    'apps/api/src/tasks/bad-type.ts',
    `import type {} from '../users/users.queries';`,
  ],
  ['sources-import-no-tests', 'apps/api/src/tasks/bad-test.ts', `import '../../../../test/support/world';`],
  ['no-circular', 'apps/api/src/tasks/bad-cycle.ts', `import './bad-cycle';`],
  ['no-unresolvable', 'apps/api/src/tasks/bad-path.ts', `import './nowhere';`],
  ['declared-packages-only', 'apps/api/src/tasks/bad-package.ts', `import 'acorn';`],
  ['no-development-packages', 'apps/api/src/tasks/bad-testing.ts', `import '@nestjs/testing';`],
];

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

async function violations(files: Record<string, string>): Promise<string[]> {
  const tree = await SourceTree.create(files);
  const output = await tree.run('dependency-cruiser/bin/dependency-cruise.mjs', [
    ...['--config=.dependency-cruiser.cjs', '--output-type=json'],
    ...['apps', 'libs', 'test'],
  ]);
  await tree.remove();
  const { summary } = JSON.parse(output) as { summary: { violations: Violation[] } };
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}

describe('the boundaries', () => {
  let broken: string[];

  beforeAll(async () => {
    broken = await violations({
      ...SOUND,
      ...Object.fromEntries(BREACHES.map(([, file, source]) => [file, source])),
    });
  });

  it('let a sound tree pass', async () => {
    expect(await violations(SOUND)).toEqual([]);
  });

  it.each(BREACHES)('%s refuses %s: %s', (rule, file) => {
    expect(broken).toContain(`${rule}: ${file}`);
  });
});
