import { YAMLException } from 'js-yaml';
import { shown } from '../input/problems';
import type { Origin, Patched } from './bundle';
import { listOf, mappingOf, textOf, wordsOf } from './field';
import { identityOf, type Manifest } from './manifest';
import { DEEPEST_TEXT, readRepeated, readStream } from './read-yaml';

/** One YAML document of a file, as text. */
export interface DocumentText {
  readonly text: string;
  /** Where it starts in the file: the offset, and the line counted from 1. */
  readonly offset: number;
  readonly line: number;
}

/** What a text turned out to hold. */
export interface Documents {
  readonly objects: readonly { readonly manifest: Manifest; readonly origin: Origin }[];
  /** Documents that are YAML and no Kubernetes objects, such as the values of a chart. */
  readonly foreign: number;
  /** What kustomizations among them change. */
  readonly patched: readonly Patched[];
  /** One sentence for each document that says something twice, with file and line. */
  readonly notes: readonly string[];
  /** One sentence for each document that could not be read, with file and line. */
  readonly problems: readonly string[];
}

/** Characters that are read at once: what is read of a megabyte takes some dozens for a moment. */
const AT_ONCE = 1024 * 1024;

/** Far more than any manifest holds, far less than what a document that explodes becomes. */
const MOST_VALUES = 1_000_000;
/** The text itself may be less deep; what aliases nest is seen only here. */
const DEEPEST = 2 * DEEPEST_TEXT;

/**
 * Cuts a stream into its documents. `---` at the start of a line separates documents wherever it stands: YAML lets no scalar hold it there.
 *
 * @see https://yaml.org/spec/1.2.2/#document-markers
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  let line = 1;
  // Not `^` and `m`: to JavaScript a line also begins behind U+2028, to YAML it does not.
  const marker = /(?<![^\r\n])---(?=[ \t\r\n]|$)/g;
  for (let match = marker.exec(text); ; match = marker.exec(text)) {
    const end = match?.index ?? text.length;
    const part = text.slice(start, end);
    if (holdsSomething(part)) documents.push({ text: part, offset: start, line });
    line += newlines(part);
    start = end;
    if (match === null) return documents;
  }
}

/** Is there more than a marker, white space and comments? Line by line: one pattern over all of it would try every "#" of a banner as a start. */
function holdsSomething(part: string): boolean {
  let start = part.startsWith('---') ? 3 : 0;
  while (start < part.length) {
    const next = part.indexOf('\n', start);
    const end = next === -1 ? part.length : next;
    const line = part.slice(start, end).trim();
    if (line !== '' && line[0] !== '#' && part[start] !== '%') return true;
    start = end + 1;
  }
  return false;
}

/** Reads every object of a YAML or JSON text; a `List` is taken apart. */
export function readDocuments(file: string, text: string): Documents {
  const objects: { manifest: Manifest; origin: Origin }[] = [];
  const problems: string[] = [];
  const notes: string[] = [];
  const patched: Patched[] = [];
  let foreign = 0;
  const parts = splitDocuments(text);
  const stream = text.length > AT_ONCE || text.includes('&') ? undefined : readStream(text);
  parts.forEach((document, index) => {
    const value = stream?.length === parts.length ? stream[index] : parse(file, document, problems, notes);
    if (value === undefined || value === null) return;
    const origin = { file, line: document.line, document: index };
    const isList = /^[A-Za-z]*List$/.test(wordsOf(mappingOf(value).kind)) && Array.isArray(mappingOf(value).items);
    if (isList) {
      listOf(mappingOf(value).items).forEach((item, i) => {
        if (isObject(item)) objects.push({ manifest: item, origin: { ...origin, item: i } });
        else problems.push(`${file}:${document.line}: items[${i}] of the List is no Kubernetes object`);
      });
    } else if (isObject(value)) {
      objects.push({ manifest: value, origin });
    } else if (looksLikeObject(value)) {
      problems.push(`${file}:${document.line}: ${lacking(value)}`);
    } else {
      foreign += 1;
      patched.push(...patchedBy(value));
    }
  });
  return { objects: lastOfEach(objects, notes), foreign, patched, problems, notes };
}

/**
 * What a kustomization changes by patches that name their target. Others are objects themselves.
 *
 * @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
 */
function patchedBy(value: unknown): readonly Patched[] {
  const { apiVersion, kind, patches, patchesJson6902 } = mappingOf(value);
  if (!KUSTOMIZE.test(wordsOf(apiVersion)) && kind !== 'Kustomization') return [];
  return [...listOf(patches), ...listOf(patchesJson6902)].flatMap((patch) => {
    const { target } = mappingOf(patch);
    return target === undefined ? [] : [{ kind: textOf(mappingOf(target).kind), name: textOf(mappingOf(target).name) }];
  });
}

const KUSTOMIZE = /^kustomize\./;

/** Of an object that a stream holds more than once the last one, which is what a cluster has of it in the end. */
function lastOfEach<Read extends Documents['objects'][number]>(
  objects: readonly Read[],
  notes: string[],
): readonly Read[] {
  const last = new Map(objects.map((one) => [identityOf(one.manifest), one] as const));
  if (last.size === objects.length) return objects;
  const earlier = objects.filter((one) => last.get(identityOf(one.manifest)) !== one);
  const [{ manifest, origin } = objects[0] as Read] = earlier;
  const others = earlier.length - 1;
  const more = others === 0 ? '' : `, and so ${others === 1 ? 'does another' : `do ${others} others`}`;
  notes.push(
    `${origin.file}:${origin.line}: ${identityOf(manifest)} stands further down once more${more}; the last one counts, as for kubectl`,
  );
  return objects.filter((one) => last.get(identityOf(one.manifest)) === one);
}

function parse(file: string, document: DocumentText, problems: string[], notes: string[]): unknown {
  try {
    const { value, repeated } = readRepeated(document.text);
    if (repeated !== undefined) {
      notes.push(
        `${file}:${document.line + repeated}: a key stands here a second time; the last one counts, as for kubectl`,
      );
    }
    const trouble = explosion(value, document.text);
    if (trouble === undefined) return value;
    problems.push(`${file}:${document.line}: ${trouble}`);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = document.line + (error.mark?.line ?? 0);
    // An empty stream is no mistake.
    if (/expected a document/.test(error.reason)) return undefined;
    problems.push(
      template(document.text)
        ? `${file}:${document.line + lineOfTemplate(document.text)}: this is a Helm template ({{ … }}); render it first: helm template <chart> | holdfast check -`
        : `${file}:${line}: not readable as YAML: ${error.reason}`,
    );
  }
  return undefined;
}

const TEMPLATE = /\{\{-?\s*[^}]*\}\}/;

function template(text: string): boolean {
  return TEMPLATE.test(text);
}

function lineOfTemplate(text: string): number {
  return newlines(text.slice(0, TEMPLATE.exec(text)?.index ?? 0));
}

/** A document whose aliases refer to themselves, or multiply it beyond reading. Counted without walking what repeats; without an anchor there is no alias. */
function explosion(root: unknown, text: string): string | undefined {
  if (!text.includes('&')) return undefined;
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  let cyclic = false;
  const size = (value: unknown, depth: number): number => {
    if (typeof value !== 'object' || value === null) return 1;
    if (open.has(value) || depth > DEEPEST) {
      cyclic = true;
      return 1;
    }
    const known = sizes.get(value);
    if (known !== undefined) return known;
    open.add(value);
    let total = 1;
    for (const part of Object.values(value)) total += size(part, depth + 1);
    open.delete(value);
    sizes.set(value, total);
    return total;
  };
  const total = size(root, 0);
  if (cyclic) return 'an alias refers to what contains it (cyclic anchor), which no Kubernetes object can hold';
  if (total > MOST_VALUES) {
    return `its aliases multiply it to more than ${MOST_VALUES} values; write out what is meant, without anchors`;
  }
  return undefined;
}

function isObject(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = mappingOf(value);
  return isName(apiVersion) && isName(kind) && isName(mappingOf(metadata).name);
}

function looksLikeObject(value: unknown): boolean {
  const { apiVersion, kind, metadata } = mappingOf(value);
  if (apiVersion === undefined || kind === undefined) return false;
  // A kustomization is no object of a cluster; what has a generated name cannot be referred to and is nothing that serves.
  if (KUSTOMIZE.test(wordsOf(apiVersion)) || mappingOf(metadata).generateName !== undefined) return false;
  return !OF_TOOLS.test(wordsOf(apiVersion));
}

/** What tools read that make clusters, and parts of them: it lies among manifests, has the shape of an object, and needs no name. */
const OF_TOOLS =
  /^(kind\.x-k8s\.io|kubeadm\.k8s\.io|k3d\.io|eksctl\.io|install\.istio\.io|skaffold|audit\.k8s\.io|([a-z]+\.)?config\.k8s\.io)\//;

function lacking(value: unknown): string {
  const { apiVersion, kind, metadata } = mappingOf(value);
  for (const [field, given] of Object.entries({ apiVersion, kind, 'metadata.name': mappingOf(metadata).name })) {
    if (given === undefined || given === null) return `this ${wordsOf(kind)} has no ${field}`;
    if (!isName(given))
      return `${field} must be text, not ${shown(given)}${typeof given === 'object' ? '' : '; put it in quotes'}`;
  }
  return 'this is no Kubernetes object';
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
