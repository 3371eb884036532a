import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, type Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Problems } from '../../input/problems';
import { fileNames } from '../../manifest/files';
import { identityOf, type Manifest } from '../../manifest/manifest';
import { autoscalerOf, awaitsLaterPods, type Rollout, rolloutOf } from './await';
import { holdsData } from './data-holders';
import { deploymentOrder } from './deployment-order';
import { KubernetesObject } from './kubernetes-object';
import { resourceNameOf } from './object-key';
import { checkOutputs, type ManifestInputs, OutputResolver } from './output-resolver';
import { checkReplacements } from './replacement';
import { typeAliasesOf } from './type-aliases';

export interface ChartResourcesArgs {
  /** The chart. Where its properties hold Outputs, its App must have an {@link OutputResolver}. */
  readonly chart: Chart;

  /**
   * Which objects cannot be deleted or replaced until somebody takes the protection off by hand.
   *
   * @default holdsData: namespaces, claims, volumes, StatefulSets and definitions
   * @see https://www.pulumi.com/docs/iac/concepts/resources/options/protect/
   */
  readonly protect?: (manifest: Manifest) => boolean;

  /** Objects that are left out, such as kinds that this cluster does not know. @default - none */
  readonly leaveOut?: (manifest: Manifest) => boolean;

  /**
   * What was deployed last, to catch changes that would delete an object before anything is deployed. Without it, what is protected is still refused by Pulumi itself; the rest is only shown in
   * the preview as a replacement.
   *
   * @default - not compared
   */
  readonly previous?: readonly Manifest[];

  /**
   * Namespaces that somebody else makes. The server refuses every object in a namespace that is not there, which no preview shows.
   *
   * @default - those of the chart, `default` and Kubernetes' own
   */
  readonly existingNamespaces?: readonly string[];

  /**
   * The cluster, where the same program makes it: when it is deleted, the objects are gone with it, and nobody is asked to delete each.
   *
   * @default - objects are deleted one by one
   * @see https://www.pulumi.com/docs/iac/concepts/resources/options/deletedwith/
   */
  readonly deletedWith?: pulumi.Resource;
}

/** Namespaces that every cluster has. */
const ALWAYS_THERE: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/**
 * The objects of a cdk8s chart as resources of Pulumi, one each: every one of them with its own line in a preview, its own dependencies, and its own protection. Nothing
 * is rendered by the provider, so a preview is complete even where values are not known yet.
 *
 * - *Order*: as `kubectl apply` meets the files, corrected by what objects refer to and by dependencies between constructs. Services and Ingresses come before pods.
 * - *Waiting*: rollouts are given as long as their pods' drains and starts take; Services and Ingresses whose pods come later are not waited for.
 * - *Autoscaling*: the number of pods is left to an autoscaler that is in the chart.
 * - *Protection*: what holds data is protected.
 * - *Versions*: an object stays the same one when the version of its API moves.
 *
 * @example
 * new ChartResources('chat', { chart }, { provider });
 */
export class ChartResources extends pulumi.ComponentResource {
  /** The objects in the order in which they are deployed. */
  readonly manifests: readonly Manifest[];

  /** How long the pods of each workload may take to be replaced, by its identity. */
  readonly rollouts: ReadonlyMap<string, Rollout>;

  private readonly objects: ReadonlyMap<string, KubernetesObject>;

  /** @throws {InvalidInputError} with everything that is wrong with the chart, before the first resource is registered */
  constructor(name: string, args: ChartResourcesArgs, options: pulumi.ComponentResourceOptions = {}) {
    const { order, inputs } = plan(args);
    const all = order.flat();
    super('holdfast:kubernetes:ChartResources', name, { objects: all.map(identityOf) }, options);

    const protects = args.protect ?? holdsData;
    const objects = new Map<string, KubernetesObject>();
    let previous: NonNullable<pulumi.ResourceOptions['dependsOn']> = options.dependsOn ?? [];
    for (const group of order) {
      const made = group.map((manifest) => {
        const object = new KubernetesObject(
          resourceNameOf(name, manifest),
          manifest,
          withoutWaiting(inputs.get(manifest) as ManifestInputs, awaitsLaterPods(manifest, all)),
          {
            parent: this,
            aliases: typeAliasesOf(manifest).map((type) => ({ type })),
            dependsOn: previous,
            ...(protects(manifest) ? { protect: true } : {}),
            ...(autoscalerOf(manifest, all) === undefined ? {} : { ignoreChanges: ['spec.replicas'] }),
            ...timeouts(rolloutOf(manifest, all)?.waitedSeconds),
            ...(args.deletedWith === undefined ? {} : { deletedWith: args.deletedWith }),
          },
        );
        objects.set(identityOf(manifest), object);
        return object;
      });
      previous = made;
    }
    this.manifests = all;
    this.objects = objects;
    this.rollouts = new Map(
      all.flatMap((manifest) => {
        const rollout = rolloutOf(manifest, all);
        return rollout === undefined ? [] : [[identityOf(manifest), rollout]];
      }),
    );
    this.registerOutputs({ rollouts: Object.fromEntries(this.rollouts) });
  }

  /**
   * The resource of one object, by its identity.
   *
   * @example resources.object('networking.k8s.io/Ingress coditect-app/coditect-production-ingress')?.status
   */
  object(identity: string): KubernetesObject | undefined {
    return this.objects.get(identity);
  }
}

/** Notes everything wrong with a chart, for a program that registers other resources before it. */
export function checkChartResources(problems: Problems, args: ChartResourcesArgs): void {
  problems.gather(() => plan(args));
}

interface Plan {
  readonly order: readonly (readonly Manifest[])[];
  readonly inputs: ReadonlyMap<Manifest, ManifestInputs>;
}

function plan(args: ChartResourcesArgs): Plan {
  const problems = new Problems();
  const scope = args.chart.node.findAll();
  for (const construct of scope) {
    for (const problem of construct.node.validate()) problems.add(construct.node.path, problem);
  }
  const leftOut = args.leaveOut ?? (() => false);
  const manifests = new Map<ApiObject, Manifest>();
  for (const construct of scope) {
    if (!(construct instanceof ApiObject)) continue;
    const manifest = construct.toJson() as Manifest;
    if (!leftOut(manifest)) manifests.set(construct, manifest);
  }
  const all = [...manifests.values()];
  problems.gather(() => fileNames(all));
  const resolver = App.of(args.chart).resolvers.find((candidate) => candidate instanceof OutputResolver);
  for (const manifest of all) checkOutputs(problems, manifest, resolver);
  checkNamespaces(problems, all, args.existingNamespaces ?? []);
  if (args.previous !== undefined) {
    checkReplacements(
      problems,
      args.previous.filter((manifest) => !leftOut(manifest)),
      all,
    );
  }
  const declared = declaredDependencies(manifests);
  const order = problems.gather(() => deploymentOrder(all, (manifest) => declared.get(manifest) ?? []));
  problems.throwIfAny();
  return {
    order: order ?? [],
    inputs: new Map(
      all.map((manifest) => [manifest, resolver === undefined ? { ...manifest } : resolver.fill(manifest)]),
    ),
  };
}

/** Notes every namespace that objects are in and nobody makes. */
function checkNamespaces(problems: Problems, all: readonly Manifest[], existing: readonly string[]): void {
  const made = all.filter((manifest) => manifest.kind === 'Namespace').map((manifest) => manifest.metadata.name);
  const there = [...made, ...existing, ...ALWAYS_THERE];
  const wanted = new Set(all.flatMap((manifest) => manifest.metadata.namespace ?? []));
  for (const namespace of [...wanted].sort()) {
    if (!there.includes(namespace))
      problems.add(
        `namespace "${namespace}"`,
        'nothing in the chart makes it, so the cluster would refuse every object in it after a preview that is green; ' +
          `add new RestrictedNamespace(chart, 'Namespace', { name: '${namespace}' }), or say that it exists: existingNamespaces: ['${namespace}']`,
      );
  }
}

/** What the author of the chart said with `addDependency`: every object below the one construct waits for every object below the other. */
function declaredDependencies(manifests: ReadonlyMap<ApiObject, Manifest>): ReadonlyMap<Manifest, readonly Manifest[]> {
  const below = (construct: IConstruct): readonly Manifest[] =>
    construct.node.findAll().flatMap((child) => (child instanceof ApiObject ? (manifests.get(child) ?? []) : []));
  return new Map(
    [...manifests].map(([object, manifest]) => [
      manifest,
      object.node.scopes
        .flatMap((scope) => scope.node.dependencies)
        .flatMap(below)
        .filter((other) => other !== manifest),
    ]),
  );
}

/** An annotation is the only way to tell Pulumi so; the object in the cluster carries it, and means nothing by it. */
function withoutWaiting(inputs: ManifestInputs, skip: boolean): ManifestInputs {
  if (!skip) return inputs;
  const metadata = inputs.metadata as ManifestInputs;
  return {
    ...inputs,
    metadata: {
      ...metadata,
      annotations: { ...(metadata.annotations as object | undefined), 'pulumi.com/skipAwait': 'true' },
    },
  };
}

/** As an option of the resource and not as the annotation `pulumi.com/timeoutSeconds`, which it precedes: the manifest stays what `cdk8s synth` wrote. */
function timeouts(seconds: number | undefined): pulumi.CustomResourceOptions {
  if (seconds === undefined) return {};
  const duration = `${seconds}s`;
  return { customTimeouts: { create: duration, update: duration, delete: duration } };
}
