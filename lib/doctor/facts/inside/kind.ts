import type { Live } from '../live';
import type { ObservationKind, Phase, Reading } from '../observation';
import type { View } from '../view';

/** What is asked inside, and the phase that it belongs to. */
const PHASES = {
  endpoints: 'backend',
  ingress: 'backend',
  'pod proxy': 'backend',
  logs: 'backend',
  configuration: 'configuration',
  'backend service': 'configuration',
  'balancer log': 'configuration',
  'backend health': 'health',
  'pod health': 'health',
  'last states': 'health',
  events: 'health',
  metrics: 'health',
  echo: 'affinity',
  recovery: 'affinity',
} as const satisfies Readonly<Record<string, Phase>>;

/** Something that only a look inside shows. */
export function inside(
  id: string,
  title: string,
  probe: keyof typeof PHASES,
  read?: (live: Live, view: View) => Reading | undefined,
  from: ObservationKind['from'] = 'cluster',
): ObservationKind {
  if (read === undefined) return { id, phase: PHASES[probe], title, probe, from };
  return {
    id,
    phase: PHASES[probe],
    title,
    probe,
    from,
    read: (view) => (view.live === undefined ? undefined : read(view.live, view)),
  };
}

/** How long ago something still counts as what people are complaining about. */
export const RECENT_MINUTES = 60;

/** `12 s ago`, `3 min ago`. */
export function ago(live: Live, at: number): string {
  const seconds = Math.max(0, Math.round((live.at - at) / 1000));
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}
