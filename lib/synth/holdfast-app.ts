import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiObject, App, Chart, type IResolver } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { makeFolder } from '../input/folder';
import { InvalidInputError, shown } from '../input/problems';
import { type Reader, reader, settled } from '../input/settings';
import { isObject, list, optional, type Shape, text, thing } from '../input/shape';
import { fileNames } from '../manifest/files';
import { identityOf, type Manifest } from '../manifest/manifest';
import { toYaml } from '../manifest/yaml';
import { ManifestFolder } from './manifest-folder';
import { unwritable, whyNotPlain } from './plain-values';

export interface HoldfastAppProps {
  /**
   * Where the folders of manifests are written.
   *
   * @default - the environment variable CDK8S_OUTDIR, which `cdk8s synth` sets, else `manifests`
   */
  readonly outdir?: string;

  /** Resolvers of cdk8s for values that become known late. @default - those of cdk8s */
  readonly resolvers?: IResolver[];
}

const SHAPE: Shape<HoldfastAppProps> = {
  outdir: optional(text('manifests')),
  resolvers: optional(
    list(
      thing((value) => isObject(value) && typeof value.resolve === 'function', 'a resolver of cdk8s', undefined),
      [],
    ),
  ),
};

const readApp: Reader<HoldfastAppProps, HoldfastAppProps> = reader(SHAPE, (_problems, props) => ({ ...props }));

/**
 * A cdk8s `App` that writes one folder for each chart and one readable file for each object, in the order in which `kubectl apply -f` should meet them.
 *
 * It differs from the `App` of cdk8s in what it guarantees, not in how charts are written: synthesis visits the construct tree once, so it stays linear in
 * the number of charts; two objects that would end in one file are an error instead of one silently lost; files of a previous run do not stay behind; a chart that
 * cannot be synthesized leaves the output of the last run untouched. Order comes from the kinds; dependencies between constructs do not change it.
 */
export class HoldfastApp extends App {
  /** @throws {InvalidInputError} with everything that is wrong with `props` */
  constructor(props: HoldfastAppProps = {}) {
    const { outdir, resolvers } = settled((problems) => readApp(problems, props));
    // An empty variable is how a shell says that there is none.
    super({ outdir: outdir ?? (process.env.CDK8S_OUTDIR || 'manifests'), ...(resolvers && { resolvers }) });
  }

  /**
   * Validates the whole tree, then writes `<outdir>/<chart>/<nn>-<kind>.<name>.yaml`.
   *
   * @throws {InvalidInputError} with everything that constructs found wrong, before anything is written
   */
  override synth(): void {
    this.write((stage) => stage(this));
  }

  /**
   * Like {@link HoldfastApp.synth}, for more charts than should be in memory at once: each is made when its turn comes and let go when its files are staged, so
   * that five thousand systems take little more memory than fifty. Still all or nothing: no folder changes before the last chart is written.
   *
   * @example
   * app.synthEach(environments, (environment) => new WebSocketChart(app, environment));
   *
   * @param make makes one chart directly in this app
   * @throws {InvalidInputError} with everything wrong with the first chart that cannot be written
   */
  synthEach<T>(inputs: Iterable<T>, make: (input: T) => Chart): void {
    settled((problems) => {
      if (typeof inputs !== 'object' || inputs === null || !(Symbol.iterator in inputs))
        problems.add('inputs', `${shown(inputs)} is no list; give what a chart is made of, one for each`);
      if (typeof make !== 'function')
        problems.add('make', `${shown(make)} is no function; give (input) => new Chart(app, …)`);
    });
    this.write((stage) => {
      stage(this);
      for (const input of inputs) {
        const chart: unknown = make(input);
        if (!Chart.isChart(chart) || chart.node.scope !== this)
          throw new InvalidInputError([`make: returned ${shown(chart)}; return the chart that it made in this app`]);
        stage(chart);
        this.node.tryRemoveChild(chart.node.id);
      }
    });
  }

  /** Writes what `stageAll` stages: all of it, or nothing when it throws. */
  private write(stageAll: (stage: (root: IConstruct) => void) => void): void {
    const folders = new Map<string, ManifestFolder>();
    const resources: Record<string, { readonly path: string }> = {};
    try {
      stageAll((root) => {
        for (const [chart, members] of this.validated(root)) {
          const name = folderName(chart);
          // Two charts of one tree were told apart already; here the other one is gone from memory.
          if (folders.has(name)) throw new InvalidInputError([sharedFolder(name)]);
          const folder = new ManifestFolder(path.join(this.outdir, name));
          folders.set(name, folder);
          for (const [file, manifest] of named(manifestsOf(members))) folder.write(file, toYaml(manifest));
          if (!this.recordsMetadata()) continue;
          // By name, as every plugin looks for them, and by identity, which tells a Service from the Ingress of its name.
          for (const member of members) {
            const at = { path: member.node.path };
            resources[member.name] = at;
            resources[identityOf(toManifest(member))] = at;
          }
        }
      });
    } catch (error) {
      for (const folder of folders.values()) folder.discard();
      throw error;
    }
    ManifestFolder.commit([...folders.values()]);
    if (this.recordsMetadata()) this.writeMetadata(resources);
  }

  /** What {@link HoldfastApp.synth} would write, as text by path relative to the output folder, in order. */
  files(): ReadonlyMap<string, string> {
    const files = new Map<string, string>();
    for (const [chart, members] of this.validated()) {
      for (const [file, manifest] of named(manifestsOf(members)))
        files.set(path.join(folderName(chart), file), toYaml(manifest));
    }
    return files;
  }

  /** Every object as plain data, by chart folder, in the order of the files. */
  manifests(): ReadonlyMap<string, readonly Manifest[]> {
    return new Map(
      [...this.validated()].map(([chart, members]) => [
        folderName(chart),
        named(manifestsOf(members)).map(([, manifest]) => manifest),
      ]),
    );
  }

  /** One walk over the tree: every construct's own validation, and the objects by the chart they belong to. */
  private validated(root: IConstruct = this): ReadonlyMap<Chart, readonly ApiObject[]> {
    const problems: string[] = [];
    const objects = new Map<Chart, ApiObject[]>();
    for (const construct of root.node.findAll()) {
      for (const problem of construct.node.validate()) problems.push(`${construct.node.path}: ${problem}`);
      if (!(construct instanceof ApiObject)) continue;
      const members = objects.get(construct.chart);
      if (members === undefined) objects.set(construct.chart, [construct]);
      else members.push(construct);
    }
    const folders = new Set<string>();
    for (const name of [...objects.keys()].map(folderName)) {
      if (/^\.{1,2}$/.test(name))
        problems.push(`a chart called "${name}" would be written beside its folder; rename it`);
      if (folders.has(name)) problems.push(sharedFolder(name));
      folders.add(name);
    }
    if (problems.length > 0) throw new InvalidInputError(problems);
    return objects;
  }

  /** `cdk8s synth` asks for this file when validation plugins are configured, and reads it from the output folder. */
  private recordsMetadata(): boolean {
    return process.env.CDK8S_RECORD_CONSTRUCT_METADATA === 'true';
  }

  private writeMetadata(resources: Readonly<Record<string, { readonly path: string }>>): void {
    // Where there is no chart, nobody made it.
    makeFolder(this.outdir);
    fs.writeFileSync(
      path.join(this.outdir, 'construct-metadata.json'),
      JSON.stringify({ version: '1.0.0', resources }),
    );
  }
}

function sharedFolder(name: string): string {
  return `two charts would share the folder "${name}"; rename one`;
}

function folderName(chart: Chart): string {
  return chart.node.path.replaceAll('/', '-');
}

function toManifest(object: ApiObject): Manifest {
  return object.toJson() as Manifest;
}

/** @throws {InvalidInputError} with everything in these objects that no manifest can hold */
function manifestsOf(objects: readonly ApiObject[]): readonly Manifest[] {
  const problems: string[] = [];
  const manifests = objects.flatMap((object) => {
    try {
      const manifest = toManifest(object);
      problems.push(...unwritable(manifest).map((problem) => `${object.node.path}: ${problem}`));
      return [manifest];
    } catch (error) {
      const problem = whyNotPlain(error);
      if (problem === undefined) throw error;
      problems.push(`${object.node.path}: ${problem}`);
      return [];
    }
  });
  if (problems.length > 0) throw new InvalidInputError(problems);
  return manifests;
}

function named(manifests: readonly Manifest[]): readonly (readonly [string, Manifest])[] {
  const names = fileNames(manifests);
  return manifests
    .map((manifest, i) => [names[i] as string, manifest] as const)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
