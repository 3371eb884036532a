import { request } from 'node:http';

/** Where `kubectl proxy` lets a suite speak with the API server; the setup of the suites starts it. */
const API = () => process.env.HOLDFAST_API ?? 'http://127.0.0.1:1';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the API server warns of. */
  readonly warnings: readonly string[];
}

/** One request to the API server. */
export function call(method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${API()}${path}`, { method, headers: { 'Content-Type': type } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(parts).toString(),
          warnings: [response.headers.warning ?? []].flat(),
        }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/**
 * Follows a list, from what the API server remembers of it: an etcd that is a few years old cannot tell it in time that nothing changed since, and the watch would end in a
 * timeout.
 *
 * `onChange` hears of every change, with the time at which it arrived. Returns what ends it.
 */
export function watch(path: string, onChange: (type: string, object: unknown, at: number) => void): () => void {
  const asked = request(`${API()}${path}${path.includes('?') ? '&' : '?'}watch=true&resourceVersion=0`, (response) => {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      const at = Date.now();
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { type, object } = JSON.parse(line) as { type: string; object: unknown };
        onChange(type, object, at);
      }
    });
    response.on('error', () => {});
  });
  asked.on('error', () => {});
  asked.end();
  return () => asked.destroy();
}
