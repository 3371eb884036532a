import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

export { restrictedViolations } from './restricted';

/** The oldest and the newest Kubernetes the library supports; a field valid in one may not exist in the other. */
export const KUBERNETES_VERSIONS = ['1.28', '1.37'] as const;

export type KubernetesVersion = (typeof KUBERNETES_VERSIONS)[number];

interface SchemaFile {
  /** One schema for each `apiVersion kind`, built of the definitions. */
  readonly kinds: Readonly<Record<string, unknown>>;
  readonly $defs: Readonly<Record<string, unknown>>;
}

interface Compiler {
  readonly ajv: Ajv;
  /** Name of the schema file that holds each kind. */
  readonly fileOf: ReadonlyMap<string, string>;
  readonly compiled: Map<string, ValidateFunction>;
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const compilers = new Map<KubernetesVersion, Compiler>();

/**
 * What the API server would refuse in a manifest, one line for each problem; empty when the manifest is valid. A kind without a schema
 * is a problem too: a check that cannot look must not report success.
 *
 * @example schemaErrors(manifest, '1.28') // ['Service/web: /spec unknown field "porst"']
 */
export function schemaErrors(manifest: unknown, version: KubernetesVersion): string[] {
  const label = labelOf(manifest);
  if (!isRecord(manifest)) return [`${label}: is not an object`];
  const { apiVersion, kind } = manifest;
  if (typeof apiVersion !== 'string') return [`${label}: /apiVersion must be a string`];
  if (typeof kind !== 'string') return [`${label}: /kind must be a string`];
  const validate = validatorOf(`${apiVersion} ${kind}`, version);
  if (validate === undefined) return [`${label}: no schema for ${apiVersion} ${kind} in Kubernetes ${version}`];
  const errors = validate(manifest) ? [] : (validate.errors ?? []).map(messageOf);
  // A field that two definitions look at is reported by both.
  return [...new Set(errors)].map((error) => `${label}: ${error}`);
}

/**
 * The pods a manifest would create, as pod templates (a Pod is its own template). Looks where the API puts them rather than at a list of
 * kinds, so that a kind added later is not passed over.
 */
export function podSpecsOf(manifest: unknown): Record<string, unknown>[] {
  if (!isRecord(manifest) || !isRecord(manifest.spec)) return [];
  const { spec } = manifest;
  if (manifest.kind === 'Pod') return [manifest];
  if (isRecord(spec.template)) return [spec.template];
  const job = isRecord(spec.jobTemplate) ? spec.jobTemplate.spec : undefined;
  return isRecord(job) && isRecord(job.template) ? [job.template] : [];
}

function validatorOf(kind: string, version: KubernetesVersion): ValidateFunction | undefined {
  const compiler = compilerOf(version);
  const file = compiler.fileOf.get(kind);
  if (file === undefined) return undefined;
  let validate = compiler.compiled.get(kind);
  if (validate === undefined) {
    // The kind is a key of the file, so its slash and space have to be escaped in the pointer.
    validate = compiler.ajv.compile({ $ref: `${file}#/kinds/${encodeURIComponent(kind.replaceAll('/', '~1'))}` });
    compiler.compiled.set(kind, validate);
  }
  return validate;
}

function compilerOf(version: KubernetesVersion): Compiler {
  let compiler = compilers.get(version);
  if (compiler === undefined) {
    compiler = createCompiler(version);
    compilers.set(version, compiler);
  }
  return compiler;
}

function createCompiler(version: KubernetesVersion): Compiler {
  const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: true, allowUnionTypes: true });
  ajv.addVocabulary(['kinds']);
  ajv.addFormat('int32', { type: 'number', validate: (value) => value >= -(2 ** 31) && value < 2 ** 31 });
  // Beyond 2^53 a JavaScript number is no longer the integer that was written.
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  ajv.addFormat('byte', BASE64);
  ajv.addFormat('date-time', DATE_TIME);
  const fileOf = new Map<string, string>();
  for (const [name, path] of [
    ['kubernetes', `kubernetes-${version}.json`],
    // Refer to the metadata of the Kubernetes file by this fixed name, so the same files serve every version.
    ['gke', 'gke.json'],
    ['gateway-api', 'gateway-api.json'],
    ['monitoring', 'monitoring.json'],
  ] as const) {
    const file = JSON.parse(readFileSync(join(__dirname, path), 'utf8')) as SchemaFile;
    ajv.addSchema(file, name);
    for (const kind of Object.keys(file.kinds)) fileOf.set(kind, name);
  }
  return { ajv, fileOf, compiled: new Map() };
}

function messageOf(error: ErrorObject): string {
  const path = error.instancePath === '' ? '/' : error.instancePath;
  switch (error.keyword) {
    case 'additionalProperties':
      return `${path} unknown field ${JSON.stringify(error.params.additionalProperty)}`;
    case 'required':
      return `${path} missing field ${JSON.stringify(error.params.missingProperty)}`;
    case 'enum':
      return `${path} must be one of ${error.params.allowedValues.join(', ')}`;
    default:
      return `${path} ${error.message}`;
  }
}

function labelOf(manifest: unknown): string {
  if (!isRecord(manifest)) return String(manifest);
  const name = isRecord(manifest.metadata) ? manifest.metadata.name : undefined;
  return `${manifest.kind ?? '(no kind)'}/${name ?? '(no name)'}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
