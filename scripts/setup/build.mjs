import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { PINNED_NODE, ROOT, inRoot } from './paths.mjs';
import { run, SetupError } from './run.mjs';

const STAMP = inRoot('dist', '.built-from');
const OUTPUTS = ['apps', 'libs'];
const SETTINGS = ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles the sources into dist/, unless dist/ was made from exactly these. */
export async function build() {
  const wanted = sourcesHash();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  rmSync(STAMP, { force: true });
  const nest = inRoot('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const { code, output } = await run('Building', PINNED_NODE, [nest, 'build']);
  if (code !== 0) throw new SetupError(`The build failed:\n\n${stripVTControlCharacters(output).trim()}`);
  removeOrphans();
  writeFileSync(STAMP, wanted);
}

function sourcesHash() {
  const hash = createHash('sha256');
  const sources = OUTPUTS.flatMap((dir) => filesUnder(inRoot(dir))).filter(
    (file) => !file.endsWith('.spec.ts'),
  );
  for (const file of [...SETTINGS.map((name) => inRoot(name)), ...sources.sort()]) {
    hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** The compiler leaves the output of a deleted source behind, where a migration or an entity would still be found. */
function removeOrphans() {
  for (const file of OUTPUTS.flatMap((dir) => filesUnder(inRoot('dist', dir)))) {
    const source = inRoot(relative(inRoot('dist'), file).replace(/\.js(\.map)?$/, '.ts'));
    if (/\.js(\.map)?$/.test(file) && !existsSync(source)) rmSync(file);
  }
}

function filesUnder(dir) {
  if (!existsSync(dir)) return [];
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
