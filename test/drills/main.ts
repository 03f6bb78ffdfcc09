import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { findDrills } from './framework/discover';
import type { Drill, Outcome } from './framework/drill';
import { installMissing } from './framework/needs';
import { renderDocument, summary } from './framework/report';
import { abandonDrill, runDrill } from './framework/run-drill';

const ROOT = join(__dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/operations/drills.md');

const print = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      list: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const all = findDrills();
  if (options.list) return list(all);
  if (options.install) return install(all);
  const drills = options.quick ? all.filter(({ quick }) => quick) : all;
  const chosen = options.only === undefined ? drills : only(drills, options.only.split(','));
  const outcomes: Outcome[] = [];
  for (const drill of chosen) {
    outcomes.push(await run(drill, options.quick));
    if (!options.quick) await writeDocument(outcomes, all);
  }
  const failed = outcomes.filter(({ verdict }) => verdict === 'failed').length;
  const skipped = outcomes.filter(({ verdict }) => verdict === 'skipped').length;
  print(`${outcomes.length - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}

function list(drills: readonly Drill[]): number {
  for (const { name, what, quick } of drills) print(`${name}${quick ? ' (quick too)' : ''}: ${what}`);
  return 0;
}

function install(drills: readonly Drill[]): number {
  const installed = installMissing(drills.flatMap(({ needs }) => needs ?? []));
  print(installed.length > 0 ? `Installed ${installed.join(', ')}.` : 'Nothing is missing.');
  return 0;
}

function only(drills: readonly Drill[], names: readonly string[]): Drill[] {
  const unknown = names.filter((name) => !drills.some((drill) => drill.name === name));
  if (unknown.length > 0) throw new WrongCall(`There is no drill ${unknown.join(', ')}. See --list.`);
  return drills.filter(({ name }) => names.includes(name));
}

async function run(drill: Drill, quick: boolean): Promise<Outcome> {
  print(`\n${drill.name}: ${drill.what}`);
  const outcome = await runDrill(drill, { quick, say: (line) => print(`  ${line}`) });
  print(summary(outcome));
  return outcome;
}

async function writeDocument(outcomes: readonly Outcome[], all: readonly Drill[]): Promise<void> {
  const names = all.map(({ name }) => name);
  const document = renderDocument(previous(), outcomes, names, provenance());
  const style = await resolveConfig(DOCUMENT);
  writeFileSync(DOCUMENT, await format(document, { ...style, filepath: DOCUMENT }));
}

function previous(): string {
  try {
    return readFileSync(DOCUMENT, 'utf8');
  } catch {
    return '';
  }
}

/** When, of what commit, on what. */
function provenance(): string {
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${commit()}, ${cpus().length} cores`;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'no commit';
  }
}

/** Called with what does not exist. */
class WrongCall extends Error {}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void abandonDrill().finally(() => process.exit(130)));

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof WrongCall ? error.message : (error as Error).stack}\n`);
    process.exit(2);
  },
);
