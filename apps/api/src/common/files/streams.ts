import { pipeline, type Readable, type Transform } from 'node:stream';

/** Lets `content` pass `last`; when either fails or is given up, so is the other, and whoever reads `last` is told. */
export function passing<Last extends Transform>(content: Readable, last: Last): Last {
  pipeline(content, last, () => undefined);
  return last;
}
