import { randomUUID } from 'node:crypto';
import type { Database, Queryable, Statement } from '@app/database';
import type { Placed, Survey } from './github-files';
import { GithubPeople } from './github-people';
import type { GithubComment, GithubIssue, GithubPerson } from './github-records';
import {
  IMPORT_MESSAGES,
  IMPORT_TASKS,
  KNOWN_COMMENTS,
  KNOWN_ISSUES,
  type KnownRow,
  LOCK_IMPORTS,
} from './github.queries';
import type { ImportReport, OnProgress, Tally } from './import-report';

/** A transaction holds this many records, or fewer where they are long. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 4 * 1024 ** 2;

/** A record that is what it should be. */
type Good<T> = Omit<Placed<T>, 'read'> & { readonly record: T };

/** One import under way. */
export class GithubRun {
  private readonly people: GithubPeople;
  /** Task by the issue's address; null: it was deleted here. */
  private readonly tasks = new Map<string, string | null>();
  /** Records that the run has come to: on overlapping pages one stands twice. */
  private readonly seen = new Set<string>();
  private done = 0;

  constructor(
    private readonly database: Database,
    private readonly report: ImportReport,
    private readonly found: Survey,
    private readonly onProgress: OnProgress,
  ) {
    this.people = new GithubPeople(report);
  }

  /** @throws ImportRefused */
  async map(mapping: ReadonlyMap<string, string>): Promise<void> {
    await this.database.transaction((tx) => this.people.map(tx, mapping, this.found));
  }

  /** Hands the records on in batches, each in a transaction of its own. */
  async all<T>(
    records: AsyncIterable<Placed<T>>,
    work: (tx: Queryable, batch: Placed<T>[]) => Promise<void>,
  ): Promise<void> {
    let [batch, bytes] = [[] as Placed<T>[], 0];
    const flush = async () => {
      await this.database.transaction(async (tx) => {
        await tx.query(LOCK_IMPORTS);
        await work(tx, batch);
      });
      this.onProgress('importing', (this.done += batch.length), this.found.records);
      [batch, bytes] = [[], 0];
    };
    for await (const record of records) {
      batch.push(record);
      bytes += record.bytes;
      if (batch.length >= BATCH_RECORDS || bytes >= BATCH_BYTES) await flush();
    }
    if (batch.length > 0) await flush();
  }

  async importIssues(tx: Queryable, batch: Placed<GithubIssue>[]): Promise<void> {
    const tally = this.report.tasks;
    const issues = this.good(batch, tally);
    await this.people.recognise(
      tx,
      issues.flatMap(({ record }) => peopleOf(record)),
    );
    const known = await knownOf(tx, KNOWN_ISSUES, issues);
    const rows = [];
    for (const issue of issues) {
      const before = known.get(String(issue.record.id));
      if (before !== undefined) this.tasks.set(issue.record.address, before);
      if (before !== undefined || this.isRepeated('issue', issue)) {
        tally.skipped++;
        continue;
      }
      const row = await this.taskRow(tx, issue);
      if (!row) continue;
      this.tasks.set(issue.record.address, row.id);
      rows.push(row);
    }
    await this.write(tx, IMPORT_TASKS, rows, tally);
  }

  async importComments(tx: Queryable, batch: Placed<GithubComment>[]): Promise<void> {
    const tally = this.report.messages;
    const comments = this.good(batch, tally);
    await this.people.recognise(
      tx,
      comments.map(({ record }) => record.sender),
    );
    const known = await knownOf(tx, KNOWN_COMMENTS, comments);
    const rows = [];
    for (const comment of comments) {
      const task = this.tasks.get(comment.record.issue);
      if (known.has(String(comment.record.id)) || task === null || this.isRepeated('comment', comment)) {
        tally.skipped++;
        continue;
      }
      if (task === undefined)
        this.refuse(comment, `its issue is not imported: ${comment.record.issue}`, tally);
      const row = task && (await this.messageRow(tx, comment, task));
      if (row) rows.push(row);
    }
    await this.write(tx, IMPORT_MESSAGES, rows, tally);
  }

  private isRepeated(kind: string, { record }: Good<{ readonly id: number }>): boolean {
    const key = `${kind} ${record.id}`;
    return this.seen.size === this.seen.add(key).size;
  }

  private async taskRow(tx: Queryable, issue: Good<GithubIssue>) {
    const { id, title, description, status, creator, assignee, createdAt, updatedAt, completedAt } =
      issue.record;
    const created_by = await this.userOf(tx, issue, creator, this.report.tasks);
    if (created_by === undefined) return undefined;
    const assigned_to = assignee && (await this.userOf(tx, issue, assignee, this.report.tasks));
    if (assigned_to === undefined) return undefined;
    const times = { created_at: createdAt, updated_at: updatedAt, completed_at: completedAt };
    const row = { id: randomUUID(), external_id: String(id), title, description, status };
    return { ...row, created_by, assigned_to, ...times };
  }

  private async messageRow(tx: Queryable, comment: Good<GithubComment>, task_id: string) {
    const { id, content, status, sender, createdAt, updatedAt } = comment.record;
    const sender_id = await this.userOf(tx, comment, sender, this.report.messages);
    if (sender_id === undefined) return undefined;
    const row = { id: randomUUID(), external_id: String(id), content, sender_id, task_id, type: 'markdown' };
    return { ...row, status, created_at: createdAt, updated_at: updatedAt };
  }

  /** Undefined, and the record refused, when the person can be no user here. */
  private async userOf(tx: Queryable, record: Good<unknown>, person: GithubPerson, tally: Tally) {
    const user = await this.people.userOf(tx, person);
    if (user === undefined) {
      const reason = `no user can be made for ${person.login}: another has the email; use --map-user`;
      this.refuse(record, reason, tally);
    }
    return user;
  }

  private good<T>(batch: readonly Placed<T>[], tally: Tally): Good<T>[] {
    return batch.flatMap(({ read, ...place }) => {
      if ('record' in read) return [{ ...place, record: read.record }];
      this.refuse(place, read.reason, tally);
      return [];
    });
  }

  private refuse(
    { file, index, line }: Pick<Placed<unknown>, 'file' | 'index' | 'line'>,
    reason: string,
    tally: Tally,
  ): void {
    tally.refused++;
    this.report.refusals.push({ file, record: index, line, reason });
  }

  private async write(tx: Queryable, statement: Statement, rows: object[], tally: Tally): Promise<void> {
    if (!this.report.dryRun && rows.length > 0) await tx.query(statement, [JSON.stringify(rows)]);
    tally.made += rows.length;
  }
}

function peopleOf({ creator, assignee }: GithubIssue): GithubPerson[] {
  return assignee ? [creator, assignee] : [creator];
}

/** What the records became before; null where that is gone. */
async function knownOf(
  tx: Queryable,
  statement: Statement,
  records: readonly Good<{ readonly id: number }>[],
): Promise<Map<string, string | null>> {
  const rows = await tx.query<KnownRow>(statement, [records.map(({ record }) => String(record.id))]);
  return new Map(rows.map(({ externalId, subjectId }) => [externalId, subjectId]));
}
