import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const SETTINGS = ['.dependency-cruiser.cjs', '.oxlintrc.json', 'tsconfig.json', 'package.json'];

/** A small tree of sources outside the checkout, under the checkout's own rules. */
export class SourceTree {
  private constructor(private readonly root: string) {}

  /** @param files sources by their path, `apps/api/src/tasks/tasks.service.ts` say */
  static async create(files: Record<string, string>): Promise<SourceTree> {
    const tree = new SourceTree(await mkdtemp(join(tmpdir(), 'fuse-tree-')));
    for (const name of SETTINGS) await cp(join(ROOT, name), join(tree.root, name));
    await symlink(join(ROOT, 'node_modules'), join(tree.root, 'node_modules'));
    for (const [file, source] of Object.entries(files)) {
      await mkdir(dirname(join(tree.root, file)), { recursive: true });
      await writeFile(join(tree.root, file), source);
    }
    return tree;
  }

  /** What a tool of the checkout's node_modules prints about this tree, whatever its exit code. */
  run(script: string, args: string[]): Promise<string> {
    const command = [join(ROOT, 'node_modules', script), ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, command, { cwd: this.root, maxBuffer: 64 << 20 }, (_error, stdout) =>
        resolve(stdout),
      );
    });
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true });
  }
}
