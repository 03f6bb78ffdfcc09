import { z } from 'zod';
import {
  descriptionOf,
  type FeatureRecord,
  idOf,
  inOrder,
  momentOf,
  nameOf,
  type OutsidePerson,
  storable,
  type StageEntry,
} from './feature-record';

const person = z
  .looseObject({
    accountId: z.string().optional(),
    key: z.string().optional(),
    displayName: z.string().optional(),
  })
  .nullish();
const id = z.union([z.string(), z.int()]).transform(String);
const issue = z.looseObject({
  id,
  key: z.string(),
  self: z.string().optional(),
  fields: z.looseObject({
    summary: z.string().nullish(),
    description: z.unknown().optional(),
    created: z.string(),
    status: z.looseObject({ name: z.string() }),
    creator: person,
  }),
  changelog: z.looseObject({
    total: z.number().optional(),
    histories: z.array(
      z.looseObject({
        id,
        created: z.string(),
        author: person,
        items: z.array(
          z.looseObject({
            field: z.string(),
            fromString: z.unknown().optional(),
            toString: z.unknown().optional(),
          }),
        ),
      }),
    ),
  }),
});

type JiraIssue = z.infer<typeof issue>;

/** An issue's way through its statuses, before they are mapped. */
export interface JiraFeature extends Omit<FeatureRecord, 'entries'> {
  /** By status, in the order of time. */
  readonly entries: readonly StageEntry[];
}

/** An issue with its changelog, as Jira's REST API gives it with `expand=changelog`. */
export function readIssue(value: unknown): { record: JiraFeature } | { reason: string } {
  const parsed = issue.safeParse(value);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    return { reason: `no issue with its changelog: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}` };
  }
  const { key, id, self, fields, changelog } = parsed.data;
  const { total = 0, histories } = changelog;
  if (total > histories.length)
    return { reason: `${histories.length} of ${total} entries of its changelog are there` };
  const entries = entriesOf(parsed.data);
  if (typeof entries === 'string') return { reason: entries };
  const site = self !== undefined && URL.canParse(self) ? new URL(self).host : 'jira';
  const [name, description] = [nameOf(fields.summary ?? '', key), descriptionOf(textOf(fields.description))];
  return { record: { externalId: idOf(`${site}/${id}`), name, description, entries } };
}

/** The first status from when it was created, then each change. Those of the same moment follow by their ids, as they were made. */
function entriesOf({ fields, changelog }: JiraIssue): StageEntry[] | string {
  const created = momentOf(fields.created);
  if (created === undefined) return `created is no moment: ${fields.created.slice(0, 40)}`;
  const changes = changelog.histories
    .toSorted((a, b) => Number(a.id) - Number(b.id))
    .flatMap(({ created: at, author, items }) =>
      items
        .filter(({ field }) => field === 'status')
        .map((item) => ({
          at: momentOf(at),
          text: at,
          by: personOf(author),
          from: item.fromString,
          to: item['toString'] as unknown,
        })),
    );
  const wrong = changes.find(({ at, to }) => at === undefined || typeof to !== 'string');
  if (wrong) return `a change of its status is not readable: ${wrong.text.slice(0, 40)}`;
  const moves = changes
    .map(({ at = '', by, from, to }) => ({ at, by, from, stage: String(to) }))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const [first] = moves;
  const start =
    typeof first?.from === 'string' ? first.from : first === undefined ? fields.status.name : undefined;
  // Nothing happens before the first status: where clocks disagree, the issue began with its first change.
  const begun = first !== undefined && Date.parse(first.at) < Date.parse(created) ? first.at : created;
  const opening = start === undefined ? [] : [{ stage: start, at: begun, by: personOf(fields.creator) }];
  return [...opening, ...moves.map(({ stage, at, by }) => ({ stage, at, by }))];
}

function personOf(found: z.infer<typeof person>): OutsidePerson | null {
  const id = found?.accountId || found?.key;
  return id ? { id, name: storable(found?.displayName ?? '') } : null;
}

/** Atlassian's documents nest a dozen levels; what is deeper was made to exhaust who reads it. */
const MAX_DEPTH = 100;

/** Plain text, or the text of Atlassian's document format. */
function textOf(description: unknown, depth = 0): string {
  if (typeof description === 'string') return description;
  if (typeof description !== 'object' || description === null || depth > MAX_DEPTH) return '';
  const { text, content, type } = description as { text?: unknown; content?: unknown; type?: unknown };
  const inner = Array.isArray(content) ? content.map((part) => textOf(part, depth + 1)).join('') : '';
  return `${typeof text === 'string' ? text : ''}${inner}${type === 'paragraph' || type === 'heading' ? '\n' : ''}`;
}

/** The record with stages in the place of statuses. */
export function withStages(
  record: JiraFeature,
  stageOf: (status: string) => string | undefined,
): FeatureRecord {
  const entries = record.entries.map((entry) => ({ ...entry, stage: stageOf(entry.stage) ?? entry.stage }));
  return { ...record, entries: inOrder(entries) };
}
