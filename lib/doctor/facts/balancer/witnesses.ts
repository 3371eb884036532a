import type { Reading } from '../observation';
import type { View } from '../view';
import { cutAtOneAge, cutAtOneSilence } from './closes';
import { certificateInForce, routeTaken, spokenToPods } from './way';

/** What a balancer tells of things that are seen at the edge too, where one looks long enough or at the right moment. */
export const WITNESSES: Readonly<Record<string, (view: View) => Reading | undefined>> = {
  'certificate-bad': certificateInForce,
  'cut-at-one-age': cutAtOneAge,
  'cut-at-one-silence': cutAtOneSilence,
  'http2-without-websocket': spokenToPods,
  'no-route': routeTaken,
};

/** Of two witnesses the one who saw something is believed, then the one who is sure that there is nothing. */
export function either(first: Reading | undefined, second: Reading | undefined): Reading | undefined {
  const heard = [first, second];
  return (
    heard.find((one) => one?.outcome === 'yes') ??
    heard.find((one) => one?.outcome === 'no') ??
    heard.find((one) => one !== undefined)
  );
}
