import { once } from 'node:events';
import { join } from 'node:path';
import { startNode } from './clients';

/** Opens WebSockets at an address for some seconds, and returns how often it answered what. */
export async function flood(
  url: string,
  seconds: number,
  connections: number,
): Promise<Readonly<Record<string, number>>> {
  const program = join(__dirname, 'flood-process.ts');
  const flooding = startNode(
    ['--require', require.resolve('tsx/cjs'), program, url, String(seconds), String(connections)],
    ['ignore', 'pipe', 'inherit'],
  );
  let said = '';
  flooding.stdout?.on('data', (text) => {
    said += text;
  });
  await once(flooding, 'close');
  return JSON.parse(said) as Record<string, number>;
}
