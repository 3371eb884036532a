import { KNOWN_PATHS, SERVERS } from '../lib/system';
import { table } from './markdown';

/** The page about known servers, `docs/servers.md`: written from the table, never by hand. */
export function serversPage(): string {
  const heartbeat = (of: { seconds: number; graceSeconds?: number; by?: string } | undefined) =>
    of === undefined
      ? 'not known'
      : `${of.seconds} s${of.graceSeconds === undefined ? '' : ` + ${of.graceSeconds} s`}${of.by === 'client' ? ', from the client' : ''}`;
  return [
    '<!-- Written by `npm run docs` from lib/system/servers. Change the table, not this page. -->',
    '',
    '# Known servers',
    '',
    'What `holdfast check` knows of servers by their images and charts. A heartbeat is read from the manifest where it is set there; this is how the server comes. With `+`, an answer may',
    'take that much longer, and a poll waits for it.',
    '',
    table(
      ['server', 'images', 'protocol', 'heartbeat', 'read from', 'binds a client to its pod', 'several pods need'],
      SERVERS.map((one) => [
        `[${one.name}](${one.source})`,
        one.images.map((image) => `\`${image}\``).join(', '),
        one.protocol,
        heartbeat(one.heartbeat),
        (one.settings ?? [])
          .map(({ env, argument }) =>
            (env ?? argument) === undefined ? 'its configuration file' : `\`${env ?? argument}\``,
          )
          .join(', ') || '–',
        one.sessions ? 'yes' : 'no',
        one.adapter ?? '–',
      ]),
    ),
    '',
    'Paths that are used for nothing else, whoever serves them:',
    '',
    table(
      ['protocol', 'heartbeat', 'binds a client to its pod'],
      KNOWN_PATHS.map((one) => [
        `[${one.protocol}](${one.source})`,
        heartbeat(one.heartbeat),
        one.sessions ? 'yes' : 'no',
      ]),
    ),
    '',
  ].join('\n');
}
