import { directivesNamed, nginxTextsOf } from '../../system/nginx-text';
import { WORKLOAD_KINDS } from '../../system/pod';
import type { Rule } from '../rule';

/** Variables that hold the query, and with it the session id. */
const TELLING = /\$(?:\{)?(arg_sid|args|query_string|request_uri|request)(?![a-z_])/;

export const ws401: Rule = {
  code: 'WS401',
  level: 'warning',
  title: 'the access log does not hold session ids',
  story: 'Whoever reads the log can read and write in other people’s sessions until they end.',
  why: 'The sid of Socket.IO is all that a request needs to take part in a session; $arg_sid logs it, and $request and $args hold it as part of the query.',
  fix: "Log whether there is a session id: map $arg_sid $has_sid { default yes; '' no; }, and $uri instead of $request.",
  source: 'https://socket.io/docs/v4/how-it-works/',
  kinds: [...WORKLOAD_KINDS, 'ConfigMap'],
  *check(bundle) {
    for (const text of nginxTextsOf(bundle)) {
      for (const format of directivesNamed(text.directives, 'log_format')) {
        const found = TELLING.exec(format.args.slice(1).join(''))?.[0];
        // Without a Socket.IO endpoint behind it, a query is a query.
        if (found === undefined || !mentionsSocketIo(JSON.stringify(text.directives), format.args.join(' '))) continue;
        yield {
          object: text.configMap,
          path: text.path,
          actual: `log_format ${format.args[0] ?? ''} writes ${found}`,
          expected: 'whether there is a session id, not its value',
          fix: 'write "$request_method $uri $server_protocol" and $has_sid, with map $arg_sid $has_sid { default yes; \'\' no; }',
        };
      }
    }
  },
};

function mentionsSocketIo(all: string, format: string): boolean {
  return /socket\\*\.?io|EIO/i.test(all) || /arg_sid|arg_transport|socket_?io/i.test(format);
}
