import { listOf, mappingOf } from '../../manifest/field';
import type { LivePod } from '../facts/live';
import type { LogsSeen } from '../facts/view';
import type { Redactor } from '../redact';

/** What nginx says when something is wrong, in its own words. @see https://nginx.org/en/docs/ngx_core_module.html#error_log */
const TELLING: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['full', /worker_connections are not enough|too many open files/i],
  ['reloaded', /signal process started|reconfiguring/],
  ['upstream gone', /upstream prematurely closed|no live upstreams/],
  ['upstream slow', /upstream timed out/],
  ['upstream refused', /connect\(\) failed/],
  ['body too large', /client intended to send too large (body|chunked body)/],
];

/** How often a log says each of them; of every kind the last line, redacted. */
export function readLog(text: string, redactor: Redactor): LogsSeen {
  const lines = text.split('\n').filter((line) => line !== '');
  const found = TELLING.flatMap(([what, pattern]) => {
    const said = lines.filter((line) => pattern.test(line));
    const last = said.at(-1);
    return last === undefined
      ? []
      : [
          {
            what,
            count: said.length,
            last: redactor.text(last.replace(/request: "[^"]*"/, 'request: […]')).slice(0, 200),
          },
        ];
  });
  return { lines: lines.length, found };
}

/** The containers of a pod that are an nginx. */
export function proxiesOf({ object }: LivePod): readonly string[] {
  const spec = mappingOf(object.spec);
  return [...listOf(spec.initContainers), ...listOf(spec.containers)]
    .map(mappingOf)
    .filter(({ name, image }) => /nginx|openresty/.test(`${name} ${image}`))
    .map(({ name }) => String(name));
}
