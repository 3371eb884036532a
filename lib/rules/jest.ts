import { InvalidInputError, shown } from '../input/problems';
import { isObject } from '../input/shape';
import type { Manifest } from '../manifest/manifest';
import { toYaml } from '../manifest/yaml';
import { type CheckOptions, check, type Report } from './check';
import { render } from './report/render';

/** What the matcher takes: a chart or an object of cdk8s, plain objects, YAML text, or an app with folders of objects. */
export type Holdable =
  | string
  | readonly Manifest[]
  | { toJson(): unknown }
  | { manifests(): ReadonlyMap<string, readonly Manifest[]> };

declare global {
  namespace jest {
    interface Matchers<R> {
      /** No rule finds anything at the level that counts, `warning` unless told otherwise. */
      toHoldFast(options?: CheckOptions): R;
    }
  }
}

/**
 * The matcher by itself, for test runners with an `expect.extend` of their own. Importing this module adds it to jest's.
 *
 * @example
 * import 'holdfast/jest';
 * expect(chart).toHoldFast();
 */
export function toHoldFast(received: Holdable, options: CheckOptions = {}): { pass: boolean; message: () => string } {
  const reports = groupsOf(received).map((group) => check(group, options));
  const empty = reports.every(({ objects }) => objects === 0);
  if (empty && (typeof received === 'string' || Array.isArray(received)))
    throw new InvalidInputError([
      `toHoldFast: ${shown(received)} holds no Kubernetes object, and would hold whatever is wrong elsewhere; give the manifests`,
    ]);
  const pass = reports.every(({ ok }) => ok);
  return {
    pass,
    message: () =>
      pass
        ? 'expected a rule to find something, and none did'
        : reports
            .filter(({ ok }) => !ok)
            .map((report: Report) => render(report, 'text'))
            .join('\n'),
  };
}

/** Objects of different folders belong to different clusters or namespaces and are judged by themselves. Text, so that the report can show lines. */
function groupsOf(received: Holdable): readonly string[] {
  if (typeof received === 'string') return [received];
  if (Array.isArray(received)) return [textOf(received as Manifest[])];
  const given = (isObject(received) ? received : {}) as { manifests?: unknown; toJson?: unknown };
  if (typeof given.manifests === 'function') return [...given.manifests().values()].map(textOf);
  // A chart is a list of objects, an object is one.
  if (typeof given.toJson === 'function') return [textOf([given.toJson()].flat())];
  throw new InvalidInputError([
    `toHoldFast: ${shown(received)} cannot be judged; give a Chart, a HoldfastApp, plain objects or YAML text`,
  ]);
}

function textOf(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => toYaml(manifest)).join('---\n');
}

const { expect } = globalThis as { expect?: { extend?(matchers: object): void } };
expect?.extend?.({ toHoldFast });
