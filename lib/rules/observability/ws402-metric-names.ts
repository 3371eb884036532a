import { METRICS } from '../../server/metrics';
import { expressionsOf, RULE_KINDS } from '../../system/expressions';
import type { Rule } from '../rule';

/** A name with a dot that is followed by a selector, a range or the end of a call; numbers and quoted labels are none. */
const DOTTED = /(?<![\w."'/:-])[a-zA-Z_][\w]*\.[a-zA-Z_][\w.]*(?=\s*(?:\{|\[|\)|$))/;

/** Every series of every metric that the server exports. */
const EXPORTED: ReadonlySet<string> = new Set(
  Object.values(METRICS).flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  ),
);

export const ws402: Rule = {
  code: 'WS402',
  level: 'error',
  title: 'metrics have names that Prometheus can read',
  story: 'The alert never fires, because its rule was refused when it was loaded; a dashboard panel stays empty.',
  why: 'A dot is not part of a name in PromQL: socket.io_connections is a syntax error. Letters, digits, "_" and ":" are.',
  fix: 'Write socket_io_… instead of socket.io_….',
  source: 'https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels',
  kinds: RULE_KINDS,
  *check(bundle) {
    for (const { object, path, text } of expressionsOf(bundle)) {
      const found = DOTTED.exec(text.replace(/"[^"]*"|'[^']*'/g, '""'))?.[0];
      if (found === undefined) continue;
      const right = found.replaceAll('.', '_');
      yield {
        object,
        path,
        actual: found,
        expected: EXPORTED.has(right) ? `${right}, which holdfast/server exports` : 'letters, digits, "_" and ":"',
        fix: `write ${right}`,
        edits: [{ path, value: text.replaceAll(found, right) }],
      };
    }
  },
};
