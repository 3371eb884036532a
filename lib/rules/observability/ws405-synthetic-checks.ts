import { listOf, mappingOf, valueAt } from '../../manifest/field';
import type { Rule } from '../rule';

export const ws405: Rule = {
  code: 'WS405',
  level: 'error',
  title: 'a synthetic check sends requests that a healthy server accepts',
  story: 'The check reports an outage day and night, until somebody mutes it. The real outage comes after that.',
  why: 'Engine.IO answers 400 to HEAD, to an upgrade over HTTP/2 or without a key, and to a URL whose query the shell cut off at "&". All of these are answers of a healthy server.',
  fix: 'Send GET with --http1.1, the upgrade headers and a key; quote the URL.',
  source: 'https://socket.io/docs/v4/troubleshooting-connection-issues/',
  kinds: ['CronJob', 'Job'],
  *check(bundle) {
    for (const object of bundle.ofKind('CronJob', 'Job')) {
      const base =
        object.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
      for (const [i, container] of listOf(valueAt(object, [...base, 'containers'])).entries()) {
        for (const field of ['command', 'args']) {
          const problem = mistake(listOf(mappingOf(container)[field]).join(' '));
          if (problem === undefined) continue;
          yield {
            object,
            path: [...base, 'containers', i, field],
            actual: problem,
            expected: 'a request that a healthy server accepts',
            fix: 'send curl --http1.1 with Upgrade, Connection, Sec-WebSocket-Version and Sec-WebSocket-Key, and quote the URL; or check "/health"',
          };
        }
      }
    }
  },
};

function mistake(command: string): string | undefined {
  const curls = command.match(/\bcurl\b[^;|]*/g)?.filter((one) => /EIO=\d/.test(one)) ?? [];
  for (const curl of curls) {
    if (/\s(-I|--head|-X\s*HEAD)\b/.test(curl)) return 'curl sends HEAD, which is answered with 400';
    if (/(^|\s)https?:\/\/[^\s"']*&/.test(curl)) return 'the URL is not quoted: the shell cuts it off at "&"';
    if (!/transport=websocket/.test(curl)) continue;
    if (!/--http1\.1/.test(curl) && /https:/.test(curl))
      return 'curl speaks HTTP/2, over which there is no upgrade: the answer is 400';
    if (!/sec-websocket-key/i.test(curl)) return 'an upgrade without Sec-WebSocket-Key is answered with 400';
  }
  return undefined;
}
