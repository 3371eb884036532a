import { annotationOf } from '../../manifest/annotation';
import type { Bundle } from '../../manifest/bundle';
import type { HealthCheck } from './platform';

/** The health checks of objects that name the path in an annotation, as `read` finds it there. @default - the whole text */
export function annotatedHealthChecks(
  bundle: Bundle,
  kinds: readonly string[],
  annotation: string,
  read: (written: string | undefined) => string | undefined = (written) => written,
): readonly HealthCheck[] {
  return bundle.ofKind(...kinds).flatMap((object) => {
    const text = read(annotationOf(object, annotation));
    if (text === undefined) return [];
    return [{ object, asks: [{ path: ['metadata', 'annotations', annotation], text }], schedule: undefined }];
  });
}
