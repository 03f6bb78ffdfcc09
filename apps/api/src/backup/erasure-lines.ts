import { z } from 'zod';

/** The journal's name, in `DATA_DIR` and beside the backups. */
export const JOURNAL = 'erasures.jsonl';

const erasure = z.object({ user: z.uuid(), erasedAt: z.string() });

/** `erasedAt` is RFC 3339. */
export type ErasureLine = Readonly<z.infer<typeof erasure>>;

/** One line of JSON for each; what a crash has cut off, or somebody has added, is passed over. */
export function readLines(text: string | null): ErasureLine[] {
  return (text ?? '').split('\n').flatMap((line) => {
    try {
      return erasure.parse(JSON.parse(line));
    } catch {
      return [];
    }
  });
}

/** Both together, each person once. */
export function mergedLines(a: readonly ErasureLine[], b: readonly ErasureLine[]): string {
  const byUser = new Map([...b, ...a].map((line) => [line.user, line]));
  const lines = [...byUser.values()].toSorted((x, y) => (x.user < y.user ? -1 : 1));
  return lines.map((line) => `${JSON.stringify({ user: line.user, erasedAt: line.erasedAt })}\n`).join('');
}
