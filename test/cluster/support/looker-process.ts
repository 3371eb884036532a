/** Asks addresses again and again, on the network of the balancer, and says when an answer changes. */
import { get } from 'node:http';

const EVERY_MS = 50;
const last = new Map<string, number>();

function ask(url: string): void {
  const note = (status: number) => {
    if (!last.has(url) || last.get(url) === status) return;
    last.set(url, status);
    process.send?.({ at: Date.now(), url, status });
  };
  get(url, { timeout: 2000, agent: false }, (response) => {
    response.resume();
    note(response.statusCode ?? 0);
  }).on('error', () => note(0));
}

process.on('message', ({ url, look }: { url: string; look: boolean }) => {
  if (look) last.set(url, -1);
  else last.delete(url);
});
setInterval(() => {
  for (const url of last.keys()) ask(url);
}, EVERY_MS);
// Whoever started this is gone.
process.on('disconnect', () => process.exit());
