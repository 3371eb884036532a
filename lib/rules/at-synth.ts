import type { IConstruct, IValidation } from 'constructs';
import type { Manifest } from '../manifest/manifest';
import { type CheckOptions, check } from './check';
import { LEVELS, type Level } from './rule';

/** How a construct tree is judged while it is synthesized. */
export interface HoldfastValidationOptions extends CheckOptions {
  /** The least level that stops the synthesis. @default "error" */
  readonly failOn?: Level;
}

/**
 * Judges every Kubernetes object of a construct tree when it is synthesized, and stops the synthesis when something would break connections. For any cdk8s app, whatever its
 * objects are made with.
 *
 * @example
 * app.node.addValidation(new HoldfastValidation(app));
 *
 * @see https://cdk8s.io/docs/latest/basics/app/#validations
 */
export class HoldfastValidation implements IValidation {
  constructor(
    private readonly root: IConstruct,
    private readonly options: HoldfastValidationOptions = {},
  ) {}

  validate(): string[] {
    const { failOn = 'error', ...options } = this.options;
    const manifests = this.root.node
      .findAll()
      .filter(isApiObject)
      .map((object) => object.toJson());
    return check(manifests, { ...options, failOn })
      .findings.filter(({ level }) => LEVELS.indexOf(level) <= LEVELS.indexOf(failOn))
      .map(
        ({ code, object, path, actual, expected, fix }) =>
          `${code} ${object} ${path}: ${actual}; expected ${expected}: ${fix}`,
      );
  }
}

/** An ApiObject of cdk8s, known by its looks: this file must not load cdk8s. */
function isApiObject(construct: IConstruct): construct is IConstruct & { toJson(): Manifest } {
  const { kind, apiVersion, toJson } = construct as Partial<Record<'kind' | 'apiVersion' | 'toJson', unknown>>;
  return typeof kind === 'string' && typeof apiVersion === 'string' && typeof toJson === 'function';
}
