import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstBarrier, ownerOf } from './access';

const self = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
const colleague = { uid: self.uid + 1, gid: self.gid };
const stranger = { uid: self.uid + 1, gid: self.gid + 1 };
let home: string;
let project: string;

beforeEach(() => {
  home = mkdtempSync(join(realpathSync(tmpdir()), 'access-'));
  project = join(home, 'project');
  mkdirSync(project);
});
afterEach(() => rmSync(home, { recursive: true }));

function barriers(): (string | undefined)[] {
  return [self, colleague, stranger].map((account) => firstBarrier(project, account));
}

test('a private home stops everybody but its owner', () => {
  chmodSync(home, 0o700);
  expect(barriers()).toEqual([undefined, home, home]);
});

test('a home that is open to the group stops strangers, and the group counts before the rest', () => {
  chmodSync(home, 0o750);
  expect(barriers()).toEqual([undefined, undefined, home]);
  chmodSync(home, 0o701);
  expect(barriers()).toEqual([undefined, home, undefined]);
});

test('a directory may be passed through without being readable', () => {
  chmodSync(home, 0o711);
  expect(barriers()).toEqual([undefined, undefined, undefined]);
});

test('the directory itself counts, and one that does not exist is no barrier', () => {
  chmodSync(home, 0o711);
  chmodSync(project, 0o700);
  expect(barriers()).toEqual([undefined, project, project]);
  expect(firstBarrier(join(home, 'later'), stranger)).toBeUndefined();
});

test('what does not exist yet will belong to the owner of the directory above', () => {
  expect(ownerOf(join(project, 'a', 'b'))).toEqual(self);
});
