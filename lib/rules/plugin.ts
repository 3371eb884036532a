import * as fs from 'node:fs';
import * as path from 'node:path';
import { settled } from '../input/settings';
import { fitted, optional, type Shape, text } from '../input/shape';
import type { Bundle } from '../manifest/bundle';
import { loadTexts } from '../manifest/load';
import { identityOf } from '../manifest/manifest';
import { type CheckOptions, checkLoaded } from './check';
import { readConfig } from './config';
import { LEVEL_FIELD } from './options';
import type { Level } from './rule';

/** What the plugin uses of the context that cdk8s-cli hands over. */
interface ValidationContext {
  readonly manifests: readonly string[];
  /** Where the construct of each object stands, by the name of the object; `HoldfastApp` writes their identities as well. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly logger: { log(message: string): void };
  readonly report: {
    addViolation(violation: {
      ruleName: string;
      recommendation: string;
      fix: string;
      ruleMetadata?: Readonly<Record<string, string>>;
      violatingResources: readonly { resourceName: string; locations: readonly string[]; manifestPath: string }[];
    }): void;
    submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
  };
}

/** Properties of the plugin in `cdk8s.yaml`. */
export interface HoldfastPluginProps {
  /** A configuration file. @default ".holdfast.yaml", where there is one */
  readonly config?: string;
  /** The least level that makes `cdk8s synth` fail. @default - that of the configuration, else "warning" */
  readonly failOn?: Level;
}

const SHAPE: Shape<HoldfastPluginProps> = { config: optional(text('.holdfast.yaml')), failOn: LEVEL_FIELD };

/**
 * A validation plugin for the cdk8s CLI, so that `cdk8s synth` itself judges what it wrote and ends with code 2 where something is wrong.
 *
 * @example
 * # cdk8s.yaml
 * validations:
 *   - package: ./node_modules/holdfast/dist/lib/rules/plugin.js
 *     class: HoldfastPlugin
 *     version: 0.1.0
 *
 * @see https://cdk8s.io/docs/latest/cli/synth/#validations
 */
export class HoldfastPlugin {
  private readonly props: HoldfastPluginProps;

  /** @throws {InvalidInputError} with everything that is wrong with `properties` in cdk8s.yaml */
  constructor(props: HoldfastPluginProps = {}) {
    this.props = settled((problems) => fitted(problems.at('properties'), props ?? {}, SHAPE));
  }

  async validate(context: ValidationContext): Promise<void> {
    const config = readConfig(this.props.config);
    const failOn = this.props.failOn ?? config.failOn;
    const options: CheckOptions = {
      levels: config.levels,
      suppressions: config.suppress,
      assume: config.assume,
      ...(failOn === undefined ? {} : { failOn }),
    };
    const texts = new Map(context.manifests.map((file) => [file, fs.readFileSync(file, 'utf8')]));
    const loaded = loadTexts(texts);
    const report = checkLoaded(loaded, options);
    for (const problem of report.problems) context.logger.log(problem);
    for (const finding of report.findings) {
      const { place } = finding;
      context.report.addViolation({
        ruleName: `${finding.code} (${finding.level}) ${finding.title}`,
        recommendation: `${finding.because} (${finding.source})`,
        fix: finding.fix,
        ruleMetadata: { code: finding.code, level: finding.level },
        violatingResources: [
          {
            resourceName: keyOf(finding.object, loaded.bundle, context.metadata),
            locations: [
              `${finding.object}: ${finding.path}: ${finding.actual}; expected ${finding.expected}${place === undefined ? '' : ` (${path.basename(place.file)}:${place.line})`}`,
            ],
            manifestPath: place?.file ?? '',
          },
        ],
      });
    }
    context.report.submit(report.ok ? 'success' : 'failure', {
      objects: String(report.objects),
      findings: String(report.findings.length),
      suppressed: String(report.suppressed.length),
    });
  }
}

/**
 * What the CLI finds the construct of an object by. The App of cdk8s knows objects by name alone: where several bear it, no path is better than that of another one.
 *
 * @param object its identity
 */
function keyOf(object: string, bundle: Bundle, metadata: Readonly<Record<string, unknown>> = {}): string {
  if (object in metadata) return object;
  const name = bundle.objects.find((manifest) => identityOf(manifest) === object)?.metadata.name;
  const bearers = bundle.objects.filter(({ metadata }) => metadata.name === name);
  return name !== undefined && bearers.length === 1 ? name : object;
}
