import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { measure, type Measure } from '../common/files/durable-files';
import { Bucket, LARGEST_COPY, type S3Settings } from '../storage/bucket.service';
import { BACKUP_NAME, type BackupFiles, type BackupPlace, MANIFEST, type UnfinishedBackup } from './place';

/** What is sent at once: 10,000 such parts make a file of up to 156 GiB. */
const PACE = { partBytes: 16 * 1024 ** 2, partsAtOnce: 2 };

/** Backups in a bucket, below a prefix. One is whole when its manifest is there: that is uploaded last, and removed first. */
export class S3Place implements BackupPlace {
  readonly location: string;
  private readonly bucket: Bucket;

  /** @param url `s3://bucket/prefix` */
  constructor(url: URL, settings: S3Settings) {
    this.bucket = new Bucket(url, settings, PACE);
    this.location = this.bucket.location;
  }

  async names(): Promise<string[]> {
    const names = await this.bucket.folders();
    const whole = await Promise.all(
      names
        .filter((name) => BACKUP_NAME.test(name))
        .map(async (name) => ((await this.has(name, MANIFEST)) ? name : [])),
    );
    return whole.flat().toSorted().toReversed();
  }

  async has(name: string, file: string): Promise<boolean> {
    return (await this.bucket.size(`${name}/${file}`)) !== null;
  }

  open(name: string): BackupFiles {
    return new S3Files(this.bucket, name);
  }

  begin(name: string): Promise<UnfinishedBackup> {
    return Promise.resolve(new UnfinishedObjects(this.bucket, name));
  }

  async remove(name: string): Promise<void> {
    await this.bucket.remove([`${name}/${MANIFEST}`]);
    const rest = await this.bucket.list(`${name}/`);
    await this.bucket.remove(rest.map(({ key }) => key));
  }

  async removeUnfinished(idleMs: number): Promise<string[]> {
    const removed: string[] = [];
    for (const name of (await this.bucket.folders()).filter((each) => BACKUP_NAME.test(each))) {
      if (await this.has(name, MANIFEST)) continue;
      const objects = await this.bucket.list(`${name}/`);
      if (objects.some(({ changed }) => Date.now() - changed < idleMs)) continue;
      await this.bucket.remove(objects.map(({ key }) => key));
      removed.push(name);
    }
    return removed;
  }

  async readBeside(file: string): Promise<string | null> {
    const found = await this.bucket.read(file);
    return found && text(found);
  }

  writeBeside(file: string, content: string): Promise<void> {
    return this.bucket.put(file, content);
  }
}

class S3Files implements BackupFiles {
  readonly location: string;

  constructor(
    private readonly bucket: Bucket,
    private readonly name: string,
  ) {
    this.location = `${bucket.location}/${name}`;
  }

  read(file: string): Promise<Readable | null> {
    return this.bucket.read(`${this.name}/${file}`);
  }

  async put(file: string, content: string | null): Promise<void> {
    const key = `${this.name}/${file}`;
    await (content === null ? this.bucket.remove([key]) : this.bucket.put(key, content));
  }
}

class UnfinishedObjects implements UnfinishedBackup {
  constructor(
    private readonly bucket: Bucket,
    private readonly name: string,
  ) {}

  /** Reads it back: not every server checks what it is sent. */
  async write(file: string, content: Readable): Promise<Measure> {
    const key = `${this.name}/${file}`;
    const sent = await this.bucket.upload(key, content);
    const back = await this.bucket.read(key);
    const stored = back && (await measure(back));
    if (stored?.sha256 === sent.sha256) return sent;
    throw new Error(`${this.bucket.location}/${key} is not what was sent there`);
  }

  async takeOver(earlier: string, file: string, { bytes }: Measure): Promise<boolean> {
    const key = `${this.name}/${file}`;
    if (bytes > LARGEST_COPY || !(await this.bucket.copy(`${earlier}/${file}`, key))) return false;
    return (await this.bucket.size(key)) === bytes;
  }

  async finish(last: readonly { file: string; text: string }[]): Promise<BackupFiles> {
    // The manifest is what makes it whole, so it comes after everything else.
    const manifestLast = last.toSorted((a, b) => Number(a.file === MANIFEST) - Number(b.file === MANIFEST));
    for (const { file, text: content } of manifestLast)
      await this.bucket.put(`${this.name}/${file}`, content);
    return new S3Files(this.bucket, this.name);
  }
}
