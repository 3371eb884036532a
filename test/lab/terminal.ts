import type { Started } from './fault';
import type { Lab } from './lab';

/** What one types to look at it as the doctor is meant to. */
export function commandFor(lab: Lab, { url, options = {} }: Pick<Started, 'url' | 'options'>): string {
  const flags = [
    ...(options.client === undefined ? [] : [`--client ${options.client}`]),
    ...(options.origin === undefined ? [] : [`--origin ${options.origin}`]),
    ...(options.addresses ?? []).map((address) => `--address ${address}`),
    ...(options.ca === undefined ? [] : [`--ca ${lab.save('ca.pem', options.ca)}`]),
  ];
  return `holdfast doctor ${[url, ...flags].join(' ')}`;
}

/** Resolves when somebody wants it to end: with Ctrl-C, by its terminal, or otherwise. Once more is heard as once. */
export function goodbye(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
