import { EVENT_TYPE_NAMES, EVENT_TYPES, type EventRule, SUBJECT_TYPES } from './event-types';

/** docs/events.md: how the feed is read, and every type of event. */
export function describeEvents(): string {
  return [INTRODUCTION, ...SUBJECT_TYPES.flatMap(section)].join('\n');
}

const INTRODUCTION = `# Events

Generated from \`apps/api/src/events/event-types.ts\` by \`UPDATE_DOCS=1 npm run test:only -- test/architecture/docs\`; a test
fails when it is stale.

Every change leaves an event in the transaction that makes it: no change without its event, no event without its change.
\`GET /api/v1/events\` answers them, oldest first:

\`\`\`json
{
  "items": [
    {
      "id": 4711,
      "time": "2026-03-01T09:30:00.123456+00:00",
      "actorId": "7b0e8f0a-6f5e-4a55-9d35-0c5f3e1c2a11",
      "type": "task.updated",
      "data": { "changed": ["status"] },
      "requestId": "0b2f6f1e-6b0e-4a53-9b55-7b1c5a4d9f10",
      "position": 4702,
      "subject": { "type": "task", "id": "d2c1f5de-54a8-4f7e-8a3b-2f0c9f9a7e10" }
    }
  ],
  "nextCursor": null,
  "resumeCursor": "…"
}
\`\`\`

- \`data\` holds ids and the names of changed fields, never content: read the subject for that. \`actorId\` is null for what
  the system did itself.
- \`position\` is the order of the feed: ascending, with gaps. \`id\` names the event, and \`time\` says when it was written;
  neither is the order, since transactions commit in another order than they write.
- Filters: \`type\`, \`subjectType\`, \`subjectId\`, \`actorId\` (also \`me\`), each with several values; \`since\`.

## Staying in sync

1. Ask without a \`cursor\`: the feed begins with the oldest event that is kept.
2. While \`nextCursor\` is not null, ask again with it as \`cursor\`.
3. Keep the \`resumeCursor\` of the last page. It is there on every page, on an empty one too. Ask with it as \`cursor\`
   whenever you want to know what has happened since.

Nothing is missed and nothing comes twice, however many clients write at the same time, and what was answered before you
ask is there. A cursor belongs to the filters that it was made with; with others it is a 400 \`invalid_cursor\`.

410 \`cursor_expired\` means that events after the cursor are gone, or that you have read on in a history that is no more,
since the database was restored to an earlier moment: read the resources anew, and begin again without a cursor. A cursor
from before the moment that was restored is good, and leads on.

## Who sees what

An event is seen by whoever may read its subject. That holds on when the subject is deleted: \`task.deleted\` and what came
before it stay in the feed, while the task itself is a 404. Events marked "admins" are seen by admins alone; for others
they are not in the feed, and filtering by their type finds nothing. An API token sees the kinds of subjects that its scopes
let it read.

New types are added over time: skip those that you do not know.
`;

function section(subject: string): string[] {
  const rules: [string, EventRule][] = EVENT_TYPE_NAMES.map((name) => [name, EVENT_TYPES[name]]);
  const rows = rules
    .filter(([, rule]) => rule.subject === subject)
    .map(([name, { audience, description }]) => `| \`${name}\` | ${description} | ${audience} |`);
  return [
    `## Subject: ${subject}\n`,
    '| Type | What happened | Seen by |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ];
}
