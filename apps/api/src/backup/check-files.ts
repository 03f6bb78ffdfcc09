import { blobFile, secretFile, tableFile, type Backup } from './backup-folder';
import { measureFile, type Measure } from './durable-files';
import type { OnProgress } from './progress';

/** Hashes every file of a backup anew. @returns what is not as the manifest has it, one fault each */
export async function checkFiles({ path, manifest }: Backup, onProgress?: OnProgress): Promise<string[]> {
  const files = [
    ...manifest.tables.map((entry) => ({ entry, file: tableFile(path, entry.name) })),
    ...manifest.blobs.map((entry) => ({ entry, file: blobFile(path, entry.key) })),
    ...manifest.secrets.included.map((entry) => ({ entry, file: secretFile(path, entry.name) })),
  ];
  const total = files.reduce((sum, { entry }) => sum + entry.bytes, 0);
  const faults: string[] = [];
  let done = 0;
  for (const { entry, file } of files) {
    const fault = faultOf(entry, await measureFile(file));
    if (fault !== null) faults.push(`${file.slice(path.length + 1)}: ${fault}`);
    onProgress?.('checking', (done += entry.bytes), total);
  }
  return faults;
}

function faultOf(noted: Measure, found: Measure | null): string | null {
  if (found === null) return 'missing';
  if (found.bytes !== noted.bytes) return `has ${found.bytes} bytes, not ${noted.bytes}`;
  return found.sha256 === noted.sha256 ? null : 'its content has changed';
}
