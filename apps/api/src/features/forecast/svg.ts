/** Sizes in units of the view box. */
export const [WIDTH, HEIGHT, MARGIN] = [760, 340, 48];
export const INNER = { width: WIDTH - 2 * MARGIN, height: HEIGHT - 2 * MARGIN };
export const [BAR, LINE, INK, FAINT] = ['#7aa6d8', '#b3261e', '#222222', '#8a8a8a'];

/** A document with a title, a base line and a note below. */
export function svg(title: string, note: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(MARGIN, 24, title, INK),
    rule(MARGIN, HEIGHT - MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN, INK),
    ...parts,
    text(MARGIN, HEIGHT - 10, note, FAINT),
    '</svg>',
    '',
  ].join('\n');
}

export function rule(x1: number, y1: number, x2: number, y2: number, stroke: string, width = 1): string {
  return `<line ${attributes({ x1, y1, x2, y2 })} stroke="${stroke}" stroke-width="${width}"/>`;
}

export function text(x: number, y: number, content: string, fill: string): string {
  return `<text ${attributes({ x, y })} fill="${fill}">${content}</text>`;
}

/** Right of a place, or left of it where there is no room. */
export function label(x: number, y: number, content: string): string {
  const room = x < WIDTH - MARGIN - 140;
  const place = attributes({ x: room ? x + 4 : x - 4, y });
  return `<text ${place} fill="${LINE}" text-anchor="${room ? 'start' : 'end'}">${content}</text>`;
}

export function attributes(numbers: Readonly<Record<string, number>>): string {
  return Object.entries(numbers)
    .map(([name, value]) => `${name}="${Math.round(value * 10) / 10}"`)
    .join(' ');
}

export const percent = (share: number) => `${Math.round(share * 1000) / 10} %`;
/** @param moment epoch ms */
export const day = (moment: number) => new Date(moment).toISOString().slice(0, 10);
