import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');

// An npm that notes how it was called and installs two files: the pinned Node (a script with its version) and Nest's
// command line, which "builds" by copying one source.
const NPM = `#!/bin/sh
echo "$*" >> "$NPM_LOG"
install_node() {
  mkdir -p node_modules/node/bin
  printf '#!/bin/sh\\n[ "$1" = --version ] && echo v%s || exec ${process.execPath} "$@"\\n' "$PINNED" > node_modules/node/bin/node
  chmod +x node_modules/node/bin/node
}
case "$1" in
ci)
  waits=0
  while [ -n "$NPM_WAITS_FOR" ] && [ ! -e "$NPM_WAITS_FOR" ] && [ $waits -lt 200 ]; do sleep 0.1; waits=$((waits+1)); done
  [ -n "$NPM_FAILS_WITH" ] && { echo "npm error code $NPM_FAILS_WITH" >&2; exit 1; }
  rm -rf node_modules; mkdir -p node_modules/@nestjs/cli/bin
  cp "$NEST" node_modules/@nestjs/cli/bin/nest.js
  cp package-lock.json node_modules/.package-lock.json
  [ -z "$NPM_IGNORES_SCRIPTS" ] && install_node || mkdir -p node_modules/node ;;
rebuild) install_node ;;
esac
`;
const NEST = `
const { appendFileSync, cpSync, readdirSync } = require('node:fs');
appendFileSync(process.env.NPM_LOG, 'build\\n');
for (const name of readdirSync('apps')) cpSync('apps/' + name, 'dist/apps/' + name.replace('.ts', '.js'));
`;

export interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
}

/** A copy of the set-up script in a checkout of its own, with an npm that needs no network. */
export class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), 'fuse-checkout-'));

  private pinned = '1.0.0';

  constructor() {
    cpSync(join(ROOT, 'scripts'), join(this.root, 'scripts'), { recursive: true });
    for (const name of ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json']) this.write(name, '{}');
    this.lock(this.pinned);
    this.write('apps/main.ts', '1');
    this.write('nest.js', NEST);
    mkdirSync(join(this.root, 'bin'));
    writeFileSync(join(this.root, 'bin', 'npm'), NPM, { mode: 0o755 });
  }

  /** Writes package.json and its lockfile for the pinned Node of this version. */
  lock(version: string): void {
    this.pinned = version;
    const manifest = { devDependencies: { node: version } };
    this.write('package.json', JSON.stringify(manifest));
    this.write(
      'package-lock.json',
      JSON.stringify({ packages: { '': manifest, 'node_modules/node': { version } } }),
    );
  }

  write(file: string, content: string): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), content);
  }

  has(file: string): boolean {
    return existsSync(join(this.root, file));
  }

  /** What npm and the compiler were told to do so far, one line each. */
  calls(): string[] {
    return this.has('log') ? readFileSync(join(this.root, 'log'), 'utf8').trim().split('\n') : [];
  }

  /** Runs the set-up; `heard` is told everything it has said so far, each time that it says something. */
  setUp(env: Record<string, string> = {}, heard?: (stderr: string) => void): Promise<Outcome> {
    const child = spawn(process.execPath, ['scripts/setup.mjs'], {
      cwd: this.root,
      env: {
        PATH: `${join(this.root, 'bin')}:${process.env['PATH'] ?? ''}`,
        NPM_LOG: join(this.root, 'log'),
        NEST: join(this.root, 'nest.js'),
        PINNED: this.pinned,
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      heard?.(stderr);
    });
    return new Promise((resolve) => {
      child.on('close', (code) => resolve({ code, stderr }));
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
