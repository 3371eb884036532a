import { type Indicator, thresholdOf, type Watched } from './indicator';
import { INDICATORS } from './indicators';
import type { Line } from './panel';

/** The line at which an indicator is wrong, in a panel of what it measures. */
export function linesOf(id: string, label: string): (watched: Watched) => readonly Line[] {
  const indicator = INDICATORS.find((one) => one.id === id) as Indicator;
  return (watched) => {
    const value = thresholdOf(indicator, watched);
    return value === undefined ? [] : [{ value, label }];
  };
}
