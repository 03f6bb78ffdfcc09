import { lchownSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownerOf } from './access';
import { systemCode } from './errors';
import { writePrivateFile } from './private-file';
import { commandLine, isAlive } from './processes';

/** What a running server says of itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** `starting`, `ready`, `stopping` or `standby`; empty in its first moments */
  readonly status: string;
}

const STATUS_LINE = 7;

/** Above every pid that a kernel gives out. */
const NO_PID = 2_147_483_646;

/** Undefined when no server runs in the cluster and none died there. */
export function readPostmasterFile(cluster: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(fileIn(cluster), 'utf8').split('\n');
    const pid = Number.parseInt(lines[0] ?? '', 10);
    return Number.isInteger(pid) && pid > 0 ? { pid, status: (lines[STATUS_LINE] ?? '').trim() } : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the process is a live server of this very cluster, not merely one that was given the same pid. */
export function servesCluster(pid: number, cluster: string): boolean {
  const line = commandLine(pid) ?? '';
  return isAlive(pid) && /(^|\/)postgres /.test(line) && line.includes(` -D ${cluster} `);
}

/**
 * PostgreSQL refuses to start while the pid that a killed server left in the file is taken, be it by a stranger or by
 * that server's own unreaped remains. Only the number is replaced: the rest lets PostgreSQL find the shared memory that
 * children of the killed server may still use.
 */
export function disownDeadServer(cluster: string): void {
  const file = readPostmasterFile(cluster);
  if (!file || servesCluster(file.pid, cluster)) return;
  const path = fileIn(cluster);
  writePrivateFile(path, readFileSync(path, 'utf8').replace(/^\d+/, String(NO_PID)));
  const { uid, gid } = ownerOf(cluster);
  if (process.geteuid?.() === 0) lchownSync(path, uid, gid);
}

function fileIn(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
