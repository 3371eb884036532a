import type { Live } from '../live';
import type { ObservationKind, Reading } from '../observation';
import type { View } from '../view';

/** Something that only a look inside shows. */
export function inside(
  id: string,
  title: string,
  probe: string,
  read?: (live: Live, view: View) => Reading | undefined,
  from: ObservationKind['from'] = 'cluster',
): ObservationKind {
  if (read === undefined) return { id, phase: 'inside', title, probe, from };
  return {
    id,
    phase: 'inside',
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
