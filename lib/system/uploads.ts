import { annotationsOf } from '../manifest/annotation';
import type { Manifest } from '../manifest/manifest';

/** Is a route made for uploads? These take their time as well. */
export function takesUploads(object: Manifest): boolean {
  return annotationsOf(object).some(
    ([key, text]) =>
      (/proxy-body-size$|client-max-body-size$/.test(key) && /^(0|\d{3,}m|\d+g)$/i.test(text)) ||
      (/proxy-request-buffering$/.test(key) && text === 'off'),
  );
}
