import { createWriteStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupUnreadable } from './backup.errors';
import {
  flushFolder,
  flushTree,
  makeFolder,
  type Measure,
  measureFile,
  Measuring,
  writeDurably,
} from '../common/files/durable-files';
import { BACKUP_NAME, type BackupFiles, type BackupPlace, type UnfinishedBackup } from './place';

const UNFINISHED = /^(.*)\.(partial|removed)$/;

/** Backups below one folder of this machine. */
export class FolderPlace implements BackupPlace {
  readonly location: string;

  constructor(folder: string) {
    this.location = resolve(folder);
  }

  async names(): Promise<string[]> {
    const names = (await this.entries()).filter((name) => BACKUP_NAME.test(name));
    return names.toSorted().toReversed();
  }

  has(name: string, file: string): Promise<boolean> {
    return exists(join(this.location, name, file));
  }

  open(name: string): FolderFiles {
    return new FolderFiles(join(this.location, name));
  }

  async begin(name: string): Promise<UnfinishedBackup> {
    const path = join(this.location, `${name}.partial`);
    await makeFolder(path);
    return new UnfinishedFolder(path);
  }

  async remove(name: string): Promise<void> {
    const path = join(this.location, name);
    const removed = `${path}.removed`;
    await rename(path, removed);
    await rm(removed, { recursive: true, force: true });
  }

  async removeUnfinished(idleMs: number): Promise<string[]> {
    const removed: string[] = [];
    for (const name of await this.entries()) {
      const path = join(this.location, name);
      if (!BACKUP_NAME.test(UNFINISHED.exec(name)?.[1] ?? '')) continue;
      const places = [path, join(path, 'tables'), join(path, 'blobs')];
      const times = await Promise.all(
        places.map((place) =>
          stat(place).then(
            (found) => found.mtimeMs,
            () => 0,
          ),
        ),
      );
      if (Date.now() - Math.max(...times) < idleMs) continue;
      await rm(path, { recursive: true, force: true });
      removed.push(name);
    }
    return removed;
  }

  readBeside(file: string): Promise<string | null> {
    return readFile(join(this.location, file), 'utf8').catch(nullIfMissing);
  }

  async writeBeside(file: string, text: string): Promise<void> {
    await makeFolder(this.location);
    await replace(join(this.location, file), text);
  }

  private entries(): Promise<string[]> {
    return readdir(this.location).catch((error: Error) => {
      throw new BackupUnreadable(`${this.location} cannot be read: ${error.message}`, { cause: error });
    });
  }
}

/** One backup, in any folder. */
export class FolderFiles implements BackupFiles {
  readonly location: string;

  constructor(path: string) {
    this.location = resolve(path);
    if (UNFINISHED.test(this.location)) {
      throw new BackupUnreadable(`${path} was never finished: it is no backup.`);
    }
  }

  async read(file: string): Promise<Readable | null> {
    const handle = await open(join(this.location, file)).catch(nullIfMissing);
    return handle && handle.createReadStream({ highWaterMark: 1 << 18 });
  }

  async put(file: string, text: string | null): Promise<void> {
    const path = join(this.location, file);
    if (text !== null) return replace(path, text);
    await rm(path, { force: true });
    await flushFolder(this.location);
  }
}

class UnfinishedFolder implements UnfinishedBackup {
  constructor(private readonly path: string) {}

  async write(file: string, content: Readable): Promise<Measure> {
    const measuring = new Measuring();
    const target = await this.roomFor(file);
    await pipeline(content, measuring, createWriteStream(target, { flags: 'wx', mode: 0o600, flush: true }));
    return measuring.result();
  }

  async takeOver(earlier: string, file: string, expected: Measure): Promise<boolean> {
    const target = await this.roomFor(file);
    const linked = await link(join(dirname(this.path), earlier, file), target).then(
      () => measureFile(target),
      () => null,
    );
    if (linked?.sha256 === expected.sha256) return true;
    await rm(target, { force: true });
    return false;
  }

  async finish(last: readonly { file: string; text: string }[]): Promise<BackupFiles> {
    for (const { file, text } of last) await writeDurably(join(this.path, file), text);
    await flushTree(this.path);
    const path = this.path.replace(UNFINISHED, '$1');
    await rename(this.path, path);
    await flushFolder(dirname(path));
    return new FolderFiles(path);
  }

  private async roomFor(file: string): Promise<string> {
    const target = join(this.path, file);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    return target;
  }
}

async function replace(path: string, text: string): Promise<void> {
  await rm(`${path}.new`, { force: true });
  await writeDurably(`${path}.new`, text);
  await rename(`${path}.new`, path);
  await flushFolder(dirname(path));
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
  return null;
}
