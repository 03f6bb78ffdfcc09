import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { connect } from './product';

const ROOT = join(__dirname, '../../..');
const PACKAGES = ['fastify', '@nestjs/core', 'pg', 'autocannon', 'fast-jwt'];

/** Where and with what figures were measured. */
export async function describeMachine(databaseUrl: string): Promise<object> {
  const client = await connect(databaseUrl);
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const [cpu] = cpus();
  return {
    cpu: cpu?.model,
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    /** Other work on the machine, one minute before the figures were written. */
    load: loadavg()[0],
    node: process.version,
    postgres: rows[0]?.server_version,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    commit: commit(),
    at: new Date().toISOString(),
  };
}

function versionOf(name: string): string {
  const text = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return null;
  }
}
