import { type Backup, blobFile, secretFile, tableFile } from './backup-files';
import { measure, type Measure } from '../common/files/durable-files';
import type { OnProgress } from './progress';

/** Hashes every file of a backup anew. @returns what is not as the manifest has it, one fault each */
export async function checkFiles(
  { files: stored, manifest }: Backup,
  onProgress?: OnProgress,
): Promise<string[]> {
  const files = [
    ...manifest.tables.map((entry) => ({ entry, file: tableFile(entry.name, manifest) })),
    ...manifest.blobs.map((entry) => ({ entry, file: blobFile(entry.key, manifest) })),
    ...manifest.secrets.included.map((entry) => ({ entry, file: secretFile(entry.name, manifest) })),
  ];
  const total = files.reduce((sum, { entry }) => sum + entry.bytes, 0);
  const faults: string[] = [];
  let done = 0;
  for (const { entry, file } of files) {
    const content = await stored.read(file);
    const fault = faultOf(entry, content && (await measure(content)));
    if (fault !== null) faults.push(`${file}: ${fault}`);
    onProgress?.('checking', (done += entry.bytes), total);
  }
  return faults;
}

function faultOf(noted: Measure, found: Measure | null): string | null {
  if (found === null) return 'missing';
  if (found.bytes !== noted.bytes) return `has ${found.bytes} bytes, not ${noted.bytes}`;
  return found.sha256 === noted.sha256 ? null : 'its content has changed';
}
