import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './paths.mjs';
import { startProgress } from './run.mjs';

const LOCK = inRoot('dist', '.setup.lock');

/** Runs `work` while no other set-up of this checkout runs: two npm installs in one folder destroy each other's work. */
export async function withLock(work) {
  mkdirSync(inRoot('dist'), { recursive: true });
  if (!take()) await waitForTurn();
  try {
    await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

async function waitForTurn() {
  const progress = startProgress('Waiting for another command that is setting this checkout up');
  while (!take()) await sleep(200);
  progress.stop();
}

function take() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld()) rmSync(LOCK, { force: true });
    return false;
  }
}

function isHeld() {
  let pid = 0;
  try {
    pid = Number(readFileSync(LOCK, 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
