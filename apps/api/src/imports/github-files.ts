import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type GithubComment,
  type GithubIssue,
  type GithubPerson,
  type Read,
  readComment,
  readIssue,
} from './github-records';
import { ImportRefused } from './import.errors';
import { readArray } from './json-array';

/** A record of a file, or why it is none, and where it stood. */
export interface Placed<T> {
  readonly file: string;
  /** From 1. */
  readonly index: number;
  readonly line: number;
  readonly bytes: number;
  readonly read: Read<T>;
}

interface FileKind<T> {
  readonly name: string;
  /** What its records are, in messages. */
  readonly what: string;
  readonly read: (value: unknown) => Read<T>;
}

export const ISSUES: FileKind<GithubIssue> = { name: 'issues.json', what: 'an issue', read: readIssue };
export const COMMENTS: FileKind<GithubComment> = {
  name: 'comments.json',
  what: 'a comment',
  read: readComment,
};

/** What stands in the files, seen without keeping it. */
export interface Survey {
  readonly records: number;
  /** The ids of everybody who appears, by login in lower case: a login given up can be somebody else's later. */
  readonly logins: ReadonlyMap<string, ReadonlySet<number>>;
}

/** @throws ImportRefused when the file is missing or no array */
export async function* recordsOf<T>(
  directory: string,
  { name, read }: FileKind<T>,
  onBytes?: (count: number) => void,
): AsyncGenerator<Placed<T>> {
  for await (const { index, line, bytes, value } of readArray(join(directory, name), name, onBytes)) {
    const tooLarge = value === undefined;
    yield { file: name, index, line, bytes, read: tooLarge ? { reason: 'larger than 16 MiB' } : read(value) };
  }
}

/**
 * Reads both files once, so that one that is not what it should be is refused before anything is written.
 * @throws ImportRefused
 */
export async function survey(
  directory: string,
  onBytes: (done: number, total: number) => void,
): Promise<Survey> {
  const total = (await sizeOf(directory, ISSUES.name)) + (await sizeOf(directory, COMMENTS.name));
  let done = 0;
  const onMore = (count: number) => onBytes((done += count), total);
  const logins = new Map<string, Set<number>>();
  const see = (person: GithubPerson | null) => {
    if (!person) return;
    const login = person.login.toLowerCase();
    logins.set(login, (logins.get(login) ?? new Set()).add(person.id));
  };
  const issues = await surveyFile(directory, ISSUES, onMore, ({ creator, assignee }) => {
    see(creator);
    see(assignee);
  });
  const comments = await surveyFile(directory, COMMENTS, onMore, ({ sender }) => see(sender));
  return { records: issues + comments, logins };
}

async function surveyFile<T>(
  directory: string,
  kind: FileKind<T>,
  onBytes: (count: number) => void,
  see: (record: T) => void,
): Promise<number> {
  let [records, good] = [0, 0];
  let complaint = '';
  for await (const { read, line } of recordsOf(directory, kind, onBytes)) {
    records++;
    if ('record' in read) {
      good++;
      see(read.record);
    } else complaint ||= `the first, on line ${line}: ${read.reason}`;
  }
  if (records > 0 && good === 0) {
    const [all, record] = records === 1 ? ['its one record', 'not'] : [`none of its ${records} records`, ''];
    throw new ImportRefused(
      `${kind.name}: ${all} is ${record ? `${record} ` : ''}${kind.what} as GitHub's REST API gives it (${complaint}).`,
    );
  }
  return records;
}

async function sizeOf(directory: string, name: string): Promise<number> {
  try {
    return (await stat(join(directory, name))).size;
  } catch {
    throw new ImportRefused(`${join(directory, name)}: there is no such file, or this user may not read it.`);
  }
}
