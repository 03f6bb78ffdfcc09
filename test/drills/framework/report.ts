import type { Outcome } from './drill';

const ROW = /^\| `([\w-]+)`/;
const HEADER =
  '| Drill | What is done, and what must hold | Counted | Seconds | Verdict |\n|---|---|---|---|---|';

/** What a run counted, for people. */
export function summary({ drill, verdict, seconds, counts, kept, complaints }: Outcome): string {
  const first = `${verdict === 'passed' ? '✓' : verdict === 'skipped' ? '-' : '✗'} ${drill.name}: ${verdict}`;
  if (verdict === 'skipped') return `${first}: ${complaints.join('; ')}`;
  const figures = [...figuresOf(counts), `${kept} promises kept`];
  const lines = [`${first} in ${seconds.toFixed(1)} s (${figures.join(', ')})`];
  return [...lines, ...complaints.map((each) => `    ${each}`)].join('\n');
}

/**
 * The document with the rows of this run; drills that did not run keep theirs.
 * @param known the names of all drills: rows of others go
 * @param machine on what they ran
 */
export function renderDocument(
  previous: string,
  outcomes: readonly Outcome[],
  known: readonly string[],
  machine: string,
): string {
  const kept = previous.split('\n').filter((line) => ROW.test(line));
  const rows = new Map(kept.map((line) => [ROW.exec(line)?.[1] ?? '', line]));
  for (const outcome of outcomes) rows.set(outcome.drill.name, row(outcome, machine));
  const table = known.flatMap((name) => rows.get(name) ?? []);
  return `${INTRODUCTION}\n${HEADER}\n${table.join('\n')}\n`;
}

function row({ drill, verdict, seconds, counts, complaints }: Outcome, machine: string): string {
  const found = verdict === 'skipped' ? complaints.join('; ') : figuresOf(counts).join(', ');
  const judged = verdict === 'failed' ? `failed: ${complaints.map(promiseOf).join('; ')}` : verdict;
  const cells = [`\`${drill.name}\``, drill.what, found, seconds.toFixed(0), `${judged}, ${machine}`];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** Which promise; what was met instead is told by the run. */
const promiseOf = (complaint: string) => complaint.split(/, but: |\n/, 1)[0] ?? '';

const figuresOf = (counts: Outcome['counts']) =>
  Object.entries(counts).map(
    ([name, figure]) => `${typeof figure === 'number' ? figure.toLocaleString('en') : figure} ${name}`,
  );

const INTRODUCTION = `# Drills

What happens when something breaks is tried, not assumed. Each drill starts the built API and a PostgreSQL as processes of
their own, puts load on them over HTTP, breaks something, and then audits what was promised to the clients.

\`\`\`sh
npm run drills
\`\`\`

Some need programs that Debian has packages for; without them they are skipped, and say so. As root,
\`npm run drills -- --install\` installs what is missing. \`--list\` names the drills, \`--only kill-api\` runs one (or some,
separated by commas), \`--quick\` runs the short forms, which are part of \`npm test\`. It ends with 1 when one has failed.

## The last run of each

This table is written by the run.
`;
