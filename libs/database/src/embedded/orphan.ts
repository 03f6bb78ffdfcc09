import { setTimeout as delay } from 'node:timers/promises';
import { answers, serverUrl } from './connection';
import { adopt, serverCommand, stopServer, type LaunchOptions, type Postmaster } from './postmaster';
import { readPostmasterFile, servesCluster } from './postmaster-file';
import { commandLine, isAlive } from './processes';

/**
 * Finds the server that a killed process left running in the cluster. One that was started just as we would start it is
 * taken over; any other (of an older release, with other settings, or on its way down) is stopped. Undefined: start one.
 */
export async function adoptOrphan(options: LaunchOptions): Promise<Postmaster | undefined> {
  const { cluster } = options.layout;
  const pid = readPostmasterFile(cluster)?.pid;
  if (pid === undefined || !servesCluster(pid, cluster)) return undefined;
  await untilSettled(pid, cluster);
  if (!isAlive(pid)) return undefined;
  const { file, args } = serverCommand(options);
  const alike = commandLine(pid) === [file, ...args].join(' ');
  if (alike && (await answers(serverUrl(options.socketDirectory, options.password)))) {
    options.log(`Using the PostgreSQL that a killed process left running (process ${pid}).`);
    return adopt(pid);
  }
  options.log(`Stopping the PostgreSQL that a killed process left running (process ${pid}) ...`);
  await stopServer(adopt(pid));
  return undefined;
}

/** Waits while it starts or recovers; one that stops is waited for by stopping it. */
async function untilSettled(pid: number, cluster: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  const settled = ['ready', 'stopping'];
  while (isAlive(pid) && !settled.includes(readPostmasterFile(cluster)?.status ?? '')) {
    if (performance.now() > deadline) return;
    await delay(20);
  }
}
