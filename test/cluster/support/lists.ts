import { request } from 'node:http';

export interface Change {
  readonly type: string;
  readonly object: unknown;
  /** When it was told, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Follows a list of the API server, from what that remembers of it: an etcd that is a few years old cannot tell it in time that nothing changed since, and the watch would end
 * in a timeout. Returns what ends it.
 */
export function followList(api: string, path: string, onChange: (change: Change) => void): () => void {
  const asked = request(`${api}${path}${path.includes('?') ? '&' : '?'}watch=true&resourceVersion=0`, (response) => {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const at = Date.now();
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onChange({ ...(JSON.parse(line) as Omit<Change, 'at'>), at });
    });
    response.on('error', () => {});
  });
  asked.on('error', () => {});
  asked.end();
  return () => asked.destroy();
}

/** Where the objects are that say which addresses a Service sends to. */
export function slicesOf(namespace: string, service: string): string {
  return `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io/service-name=${service}`;
}

interface Slice {
  /** Null where there are none. */
  readonly endpoints?:
    | null
    | readonly { readonly addresses: readonly string[]; readonly conditions: { ready?: boolean } }[];
}

/** The addresses that new connections may be sent to. */
export function readyAddresses(slice: unknown): readonly string[] {
  const ready = ((slice as Slice).endpoints ?? []).filter(({ conditions }) => conditions.ready);
  return ready.flatMap(({ addresses }) => addresses).sort();
}
