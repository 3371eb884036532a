import { Bundle } from '../../lib/manifest';
import { RULES } from '../../lib/rules';
import { evaluate } from '../../lib/rules/evaluate';
import { limitsOf } from '../../lib/timing';
import { manifestsOn, PLATFORMS, TIMING, type Yaml } from '../ingress/support';

const IDLE_RULES = ['WS116', 'WS117', 'WS118', 'WS119'];
const rules = RULES.filter(({ code }) => IDLE_RULES.includes(code));

/** The same manifests, and whatever waits for 80 s waits for 20 s. */
function impatient(manifests: readonly Yaml[]): Bundle {
  const text = JSON.stringify(manifests)
    .replace(/"timeoutSec":80/g, '"timeoutSec":20')
    .replace(/proxy-read-timeout":"80"/g, 'proxy-read-timeout":"20"')
    .replace(/idle_timeout\.timeout_seconds=80/g, 'idle_timeout.timeout_seconds=20')
    .replace(/timeout tunnel 80s/g, 'timeout tunnel 20s')
    .replace(/proxy_read_timeout 80s/g, 'proxy_read_timeout 20s');
  return new Bundle(JSON.parse(text));
}

const codesOf = (bundle: Bundle) => [...new Set(evaluate(bundle, rules).map(({ code }) => code))];

test.each(PLATFORMS.filter((kind) => limitsOf(kind).timeout.meaning === 'idle'))(
  'an idle timeout that is too short on %s is judged by exactly one rule',
  (kind) => {
    expect(codesOf(new Bundle(manifestsOn(kind, { timing: TIMING })))).toEqual([]);
    expect(codesOf(impatient(manifestsOn(kind, { timing: TIMING })))).toHaveLength(1);
  },
);

test('and one in the nginx of a pod by its own', () => {
  const server = { proxy: { socketIo: { path: '/socket.io/' }, addressesAppended: 2 } };
  expect(codesOf(impatient(manifestsOn('gce', { server })))).toEqual(['WS119']);
});
