import * as pulumi from '@pulumi/pulumi';
import type { IResolver, ResolutionContext } from 'cdk8s';
import type { Problems } from '../../input/problems';
import { identityOf, type Manifest } from '../../manifest/manifest';

/** A manifest whose leaves may be known only after something else was deployed. */
export type ManifestInputs = Readonly<Record<string, pulumi.Input<unknown>>>;

/** What stands for an Output until the manifest is handed to Pulumi: a DNS label, so that it passes wherever a name or a value may stand. */
const PLACEHOLDER = /holdfast-output-(\d+)-x/g;

/** What each of them begins with. It is looked for before the pattern: a fixed text is found faster, and a dashboard is a long text. */
const BEGINNING = 'holdfast-output-';

/** What Pulumi puts in the place of an Output that was turned into text. */
const OUTPUT_AS_TEXT = /Calling \[(?:toString|toJSON)\] on an \[Output<T>\]/;
const OUTPUT_TYPE = 'on an [Output<T>]';

/**
 * Lets Outputs of Pulumi stand in the properties of cdk8s constructs. cdk8s alone refuses them, and an Output in a template string puts Pulumi's error message into
 * the manifest without a word.
 *
 * Where a construct takes anything (a plain `ApiObject`, most properties of cdk8s-plus), give the Output itself; where it takes a string, or where the Output is a part of one,
 * give {@link OutputResolver.text}. `cdk8s synth` alone shows placeholders such as `holdfast-output-1-x` in their place; what is computed from a text during synthesis, a
 * hash above all, is computed from the placeholder.
 *
 * @example
 * const outputs = new OutputResolver();
 * const app = new HoldfastApp({ resolvers: [outputs] });
 * const chart = new Chart(app, 'web', { namespace: 'web' });
 * new ApiObject(chart, 'Config', {
 *   apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { redis: `redis://${outputs.text(redis.host)}:6379` },
 * });
 * new ChartResources('web', { chart });
 */
export class OutputResolver implements IResolver {
  private readonly outputs: pulumi.Output<unknown>[] = [];
  private readonly numbers = new Map<unknown, number>();

  /** A string that stands for the value, alone or within a longer one. */
  text(value: pulumi.Output<string | number>): string {
    return this.placeholder(value);
  }

  /** For cdk8s, which asks for every value during synthesis. */
  resolve(context: ResolutionContext): void {
    if (pulumi.Output.isInstance(context.value)) context.replaceValue(this.placeholder(context.value));
  }

  /** The manifest with the Outputs back in it. A string that is nothing but a placeholder becomes what the Output holds, of whatever type. */
  fill(manifest: Manifest): ManifestInputs {
    return this.filled(manifest) as ManifestInputs;
  }

  private placeholder(value: pulumi.Output<unknown>): string {
    let number = this.numbers.get(value);
    if (number === undefined) {
      number = this.outputs.push(value);
      this.numbers.set(value, number);
    }
    return `${BEGINNING}${number}-x`;
  }

  private filled(value: unknown): unknown {
    if (typeof value === 'string') return this.filledText(value);
    if (Array.isArray(value)) return value.map((item) => this.filled(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.filled(item)]));
  }

  private filledText(text: string): pulumi.Input<unknown> {
    if (!text.includes(BEGINNING)) return text;
    const found = [...text.matchAll(PLACEHOLDER)].map((match) => this.outputs[Number(match[1]) - 1]);
    if (found.length === 0) return text;
    if (found.length === 1 && text.replace(PLACEHOLDER, '') === '') return found[0];
    return pulumi.all(found).apply((values) => {
      let next = 0;
      return text.replace(PLACEHOLDER, () => String(values[next++]));
    });
  }
}

/**
 * Notes every Output that would not reach its place: one that was turned into text, one in a name or a key, one that no resolver knows.
 */
export function checkOutputs(problems: Problems, manifest: Manifest, resolver: OutputResolver | undefined): void {
  const at = problems.at(identityOf(manifest));
  visit(manifest, [], (path, text) => {
    if (wasOutput(text)) {
      at.add(
        path.join('.'),
        'holds an Output that was turned into text; in a template string write outputs.text(value) of an OutputResolver, or pulumi.interpolate where the whole value is one',
      );
    }
    if (!holdsPlaceholder(text)) return;
    const field = path.join('.');
    if (resolver === undefined) {
      at.add(
        field,
        'holds an Output of a resolver that the App does not have; make it with `new HoldfastApp({ resolvers: [outputs] })`',
      );
    } else if (['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'].includes(field)) {
      at.add(
        field,
        'is an Output, but says which object this is, which must be known before anything is deployed; give a fixed name',
      );
    }
  });
  for (const [key, encoded] of Object.entries(encodedData(manifest))) {
    const text = Buffer.from(encoded, 'base64').toString('utf8');
    if (wasOutput(text) || holdsPlaceholder(text))
      at.add(`data.${key}`, 'holds an Output that was encoded before it was known; put it into stringData as it is');
  }
  visitKeys(manifest, [], (path, key) => {
    if (wasOutput(key) || holdsPlaceholder(key)) {
      at.add(path.join('.'), 'has an Output as the name of a field; only values can be Outputs');
    }
  });
}

function holdsPlaceholder(text: string): boolean {
  return text.includes(BEGINNING) && text.search(PLACEHOLDER) !== -1;
}

function wasOutput(text: string): boolean {
  return text.includes(OUTPUT_TYPE) && OUTPUT_AS_TEXT.test(text);
}

/** What a Secret holds in base64. */
function encodedData(manifest: Manifest): Readonly<Record<string, string>> {
  if (manifest.kind !== 'Secret' || typeof manifest.data !== 'object' || manifest.data === null) return {};
  return Object.fromEntries(Object.entries(manifest.data).filter(([, value]) => typeof value === 'string'));
}

function visit(value: unknown, path: readonly string[], each: (path: readonly string[], text: string) => void): void {
  if (typeof value === 'string') each(path, value);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) visit(item, [...path, key], each);
}

function visitKeys(
  value: unknown,
  path: readonly string[],
  each: (path: readonly string[], key: string) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    each(path, key);
    visitKeys(item, [...path, key], each);
  }
}
