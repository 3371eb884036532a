import { Duration } from 'cdk8s';
import { deriveTiming, drawTimeline, shutdownTimeline } from '../../lib/timing';

const timing = deriveTiming({ endpointDetach: Duration.seconds(30) });

test('a shutdown drawn second by second', () => {
  expect(drawTimeline(timing)).toMatchInlineSnapshot(`
"    0 s  ●                                         pod: deleted; endpoint removal and every preStop begin together
 0–30 s  ━━━━━━━━━━━                               balancer: may still send new connections; the pod serves them
 0–80 s  ━━━━━━━━━━━━━━━━━━━━━━━━━━━               balancer: leaves existing connections alone (connection draining)
   30 s            ●                               nginx: drain flag up: new sessions get 503, live ones go on
   30 s            ●                               application: SIGTERM
30–80 s            ━━━━━━━━━━━━━━━━━               application: closes its connections a few at a time
80–90 s                            ━━━━            application: flushes, closes its stores, exits
   90 s                               ●            nginx: SIGQUIT; nothing left to serve, exits
  120 s                                         ●  kubelet: SIGKILL for whatever is left"
`);
});

test('events come in order for each actor, and none lies after the grace period', () => {
  const events = shutdownTimeline(timing);
  for (const actor of new Set(events.map((event) => event.actor))) {
    const starts = events.filter((event) => event.actor === actor).map((event) => event.atSeconds);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  }
  expect(Math.max(...events.map((event) => event.untilSeconds))).toBe(timing.terminationGracePeriodSeconds);
});

test('without an nginx in the pod its hook raises the flag, and nobody waits for nginx', () => {
  const events = shutdownTimeline(timing, { proxy: false });
  expect(events.map(({ actor }) => actor)).not.toContain('nginx');
  expect(events.find(({ event }) => event.startsWith('drain flag up'))).toMatchObject({ actor: 'pod', atSeconds: 30 });
});

test('is as wide as a page or a terminal takes it', () => {
  for (const drawn of [drawTimeline(timing, 22), drawTimeline(deriveTiming(), 22, { proxy: false })])
    expect(Math.max(...drawn.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
