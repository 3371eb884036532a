import { Duration } from 'cdk8s';
import { deriveTiming, drawTimeline, shutdownTimeline } from '../../lib/timing';

const timing = deriveTiming({ endpointDetach: Duration.seconds(30) });

test('a shutdown drawn second by second', () => {
  expect(drawTimeline(timing)).toMatchInlineSnapshot(`
"    0 s  ●                                         pod: deleted; endpoint removal and every preStop begin together
 0–30 s  ━━━━━━━━━━━                               balancer: may still send new connections; the pod serves them
 0–80 s  ━━━━━━━━━━━━━━━━━━━━━━━━━━━               balancer: leaves existing connections alone (connection draining)
   30 s            ●                               nginx: drain flag up: /ready and new handshakes answer 503, live sessions go on
   30 s            ●                               application: SIGTERM
30–80 s            ━━━━━━━━━━━━━━━━━               application: closes its connections a few at a time; clients reconnect elsewhere
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
