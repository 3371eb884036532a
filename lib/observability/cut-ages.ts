import { METRICS } from '../server/metrics';
import { bucketAt, increaseOf, seriesOf } from './queries';

/** The ages at which something on the way is known to cut, and what it is. */
export const CUT_AGES: readonly { readonly seconds: number; readonly who: string }[] = [
  { seconds: 30, who: "Google's backend service timeout as it is by default" },
  { seconds: 45, who: "Socket.IO's heartbeat: ping interval 25 s and timeout 20 s" },
  { seconds: 50, who: 'a heartbeat with interval and timeout of 25 s' },
  { seconds: 60, who: 'the timeouts of nginx, ingress-nginx and AWS load balancers as they are by default' },
  { seconds: 80, who: 'a heartbeat of 50 s and a margin' },
  { seconds: 100, who: 'a proxy of a content delivery network' },
  { seconds: 120, who: 'an idle timeout of two minutes' },
  { seconds: 3600, who: 'a timeout of one hour' },
];

const WINDOW = '10m';
/** Not in order, and not given up by the heartbeat: something on the way ended it. */
const CUT = 'clean="false",status="error"';

/** Which part of the connections that broke did so in the bucket around one of these ages; the age is the label. */
export function shareAtOneAge(): string {
  return CUT_AGES.map(({ seconds }) => `label_replace(${shareAt(seconds)}, "age", "${seconds}", "", "")`).join(' or ');
}

/** How many connections broke. */
export function broken(): string {
  return increaseOf('connectionDuration', CUT, { part: 'count', window: WINDOW });
}

function shareAt(age: number): string {
  const bounds: readonly number[] = METRICS.connectionDuration.buckets;
  const upper = bounds.findIndex((bound) => age <= bound);
  const below = (bound: number | undefined) =>
    `sum(increase(${seriesOf('connectionDuration', `${bucketAt('connectionDuration', bound ?? 0)},${CUT}`, 'bucket')}[${WINDOW}]))`;
  return `(${below(bounds[upper])} - ${below(bounds[upper - 1])}) / ${broken()}`;
}
