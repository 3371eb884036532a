import { isIPv4, isIPv6 } from 'node:net';
import { type Problems, shown } from './problems';

/**
 * A range of IPv4 or IPv6 addresses in CIDR notation. The API server takes one whose address lies within the range; firewalls and people read it differently. It warns at every apply of
 * an IPv6 address that is written in another way than the one of RFC 5952.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5952#section-4
 */
export function checkCidr(problems: Problems, path: string, value: string): void {
  const [address = '', bits = '', ...more] = String(value).split('/');
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : undefined;
  if (width === undefined || more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > width) {
    const hint = width !== undefined && bits === '' && more.length === 0 ? `; did you mean "${address}/${width}"?` : '';
    problems.add(
      path,
      `${shown(value)} is not a range of addresses; give CIDR notation, such as "10.0.0.0/8" or "fd00::/8"${hint}`,
    );
    return;
  }
  const outside = BigInt(width - Number(bits));
  const number = numberOf(address, width);
  if ((number >> outside) << outside === number) {
    const canonical = addressOf(number, width);
    if (address === canonical) return;
    problems.add(
      path,
      `${shown(value)} is written in a way of its own, of which the API server warns each time; did you mean "${canonical}/${bits}"?`,
    );
    return;
  }
  const first = addressOf((number >> outside) << outside, width);
  problems.add(
    path,
    `${shown(value)} names an address within a range and not the range; did you mean "${first}/${bits}", or "${address}/${width}"?`,
  );
}

function numberOf(address: string, width: 32 | 128): bigint {
  if (width === 32) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  // The last two groups may be written as an IPv4 address.
  const ipv4 = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const groups = ipv4 === null ? address : `${ipv4[1]}${groupsOf(numberOf(ipv4[2] as string, 32), 2).join(':')}`;
  const [left = [], right = []] = groups.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = groups.includes('::') ? Array<string>(8 - left.length - right.length).fill('0') : [];
  return [...left, ...zeros, ...right].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function addressOf(number: bigint, width: 32 | 128): string {
  if (width === 32) return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
  const groups = groupsOf(number, 8);
  // The first of the longest runs of zeros, if it is one; a single zero is written.
  const runs = groups.map((_, at) => [...groups.slice(at), 'end'].findIndex((group) => group !== '0'));
  const longest = Math.max(...runs);
  if (longest < 2) return groups.join(':');
  const at = runs.indexOf(longest);
  return `${groups.slice(0, at).join(':')}::${groups.slice(at + longest).join(':')}`;
}

/** The last `count` groups of sixteen bits, as they are written. */
function groupsOf(number: bigint, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => ((number >> BigInt(16 * (count - 1 - i))) & 0xffffn).toString(16));
}
