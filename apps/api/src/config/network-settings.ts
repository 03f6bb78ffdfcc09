import { isIP } from 'node:net';
import { z } from 'zod';

/** Values separated by commas. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean),
);

/** Origins as browsers send them in `Origin`: anything else would never match, without a word. */
export const origins = list.refine(
  (all) => all.every((each) => URL.canParse(each) && new URL(each).origin === each),
  'each must be an origin, https://app.example.org say, with no path and no slash at its end',
);

/** IP addresses and networks. */
export const networks = list.refine(
  (all) => all.every(isNetwork),
  'each must be an IP address or a network, 10.0.0.0/8 say',
);

function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return longest > 0 && (bits === undefined || (Number(bits) > 0 && Number(bits) <= longest));
}
