import { isIPv6 } from 'node:net';

/**
 * Whom an address stands for when requests are counted: itself; of IPv6 the /64 that one subscriber has, since who has
 * one address of it has them all.
 */
export function networkOf(ip: string): string {
  const [, embedded] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip) ?? [];
  if (embedded !== undefined) return embedded;
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = ip.split('%', 1).join('').toLowerCase().split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean).length ?? 0;
  const missing = tail === undefined ? 0 : 8 - groups.length - after;
  const full = [...groups, ...Array<string>(missing).fill('0'), ...(tail?.split(':').filter(Boolean) ?? [])];
  return `${full
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
