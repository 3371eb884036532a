import { isIP } from 'node:net';
import type { Recording } from './evidence';

/** The same evidence without names and addresses of machines: each is replaced by a name that stays equal within the file. */
export function hideAddresses(recording: Recording): Recording {
  const { url, origin } = recording.asked;
  const hosts = [...new Set([url, origin].map((address) => new URL(address).hostname))].sort(
    (a, b) => b.length - a.length,
  );
  const addresses = new Map<string, string>();
  const address = (text: string): string => {
    // A sentence may end behind an address.
    const bare = text.replace(/[.:]+$/, '');
    if (isIP(bare) === 0) return text;
    const name = addresses.get(bare) ?? `address-${addresses.size + 1}`;
    addresses.set(bare, name);
    return name + text.slice(bare.length);
  };
  const hidden = (_key: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const named = hosts.reduce((text, host, i) => text.replaceAll(host, `host-${i + 1}.invalid`), value);
    return named.replace(/[0-9a-fA-F.:]{3,}/g, address);
  };
  return JSON.parse(JSON.stringify(recording, hidden)) as Recording;
}
