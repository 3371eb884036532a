import { App, Chart, Duration } from 'cdk8s';
import { Volume } from 'cdk8s-plus-28';
import { synthesize, WebSocketChart } from '../../lib/environments';
import { HoldfastApp } from '../../lib/synth';
import { GOOGLE_BALANCER_RANGES } from '../../lib/workload';
import type { Environment } from '../../stacks/environment';
import { ENVIRONMENTS } from '../../stacks/environments';
import { production } from '../../stacks/production';
import { problemsOf } from '../problems';
import { podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';

function app(environment: Environment): HoldfastApp {
  const made = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(made, environment);
  return made;
}

function lines(environment: Environment): readonly string[] {
  return [...app(environment).files()].flatMap(([file, text]) => text.split('\n').map((line) => `${file}: ${line}`));
}

expect.addSnapshotSerializer({ test: (value) => typeof value === 'string', print: (value) => String(value) });

describe.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))(
  '%s',
  (name, environment) => {
    const files = [...app(environment).files()];

    // A dashboard has a test of its own; nobody reads a thousand lines of coordinates.
    test.each(files.filter(([file]) => !file.endsWith('-dashboard.yaml')))('%s', (_file, text) => {
      expect(text).toMatchSnapshot();
    });

    test('validates against Kubernetes 1.28 and the newest, and its pods are restricted', () => {
      const manifests = app(environment).manifests().get(name) ?? [];
      expect(manifests.length).toBeGreaterThan(10);
      for (const manifest of manifests) {
        expect(schemaErrors(manifest, '1.28')).toEqual([]);
        expect(schemaErrors(manifest, '1.37')).toEqual([]);
        for (const pod of podSpecsOf(manifest)) expect(restrictedViolations(pod)).toEqual([]);
      }
    });
  },
);

describe('production', () => {
  const manifests = app(production).manifests().get('production') ?? [];
  const names = manifests.map((m) => `${m.kind} ${m.metadata.namespace ?? ''}/${m.metadata.name}`);

  test('bears the names that runbooks use', () => {
    expect(names).toEqual(
      expect.arrayContaining([
        'Namespace /coditect-app',
        'Ingress coditect-app/coditect-production-ingress',
        'Service coditect-app/coditect-combined-service',
        'BackendConfig coditect-app/coditect-backend-config',
        'StatefulSet coditect-app/coditect-combined',
      ]),
    );
  });

  test('has the documented numbers wherever they can work', () => {
    const spec = (kind: string, name: string) =>
      manifests.find((m) => m.kind === kind && m.metadata.name === name)?.spec as Record<string, unknown>;
    expect(spec('BackendConfig', 'coditect-backend-config')).toMatchObject({
      timeoutSec: 86_400,
      sessionAffinity: { affinityType: 'CLIENT_IP' },
      healthCheck: {
        checkIntervalSec: 15,
        timeoutSec: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 5,
        type: 'HTTP',
        requestPath: '/health',
      },
      logging: { enable: true, sampleRate: 1 },
      cdn: { enabled: false },
    });
    expect(spec('Service', 'coditect-combined-service')).toMatchObject({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
    });
    expect(spec('StatefulSet', 'coditect-combined')).toMatchObject({
      replicas: 3,
      template: {
        metadata: {
          labels: { app: 'coditect-combined' },
          annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' },
        },
        spec: { terminationGracePeriodSeconds: 120 },
      },
      volumeClaimTemplates: [
        {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'standard-rwo',
            resources: { requests: { storage: '20Gi' } },
          },
        },
      ],
    });
  });

  test('differs in a few lines when one property changes', () => {
    const before = lines(production);
    const after = lines({ ...production, timing: { ...production.timing, affinityTtl: Duration.hours(4) } });
    const changed = after.filter((line) => !before.includes(line));
    expect(changed.map((line) => line.slice(0, 90))).toEqual([
      expect.stringContaining('40-service.coditect-combined-service.yaml:       timeoutSeconds: 14400'),
      expect.stringContaining('70-statefulset.coditect-combined.yaml:     holdfast/timing:'),
    ]);
    expect(after).toHaveLength(before.length);

    const scaled = lines({ ...production, server: { ...production.server, replicas: 5 } });
    expect(scaled.filter((line) => !before.includes(line))).toEqual([
      'production/70-statefulset.coditect-combined.yaml:   replicas: 5',
    ]);
  });
});

/** What is said about production with something changed. */
function problemsWith(change: Change): readonly string[] {
  return problemsOf(() => app(changed(change)));
}

interface Change {
  readonly environment?: object;
  readonly timing?: object;
  readonly server?: object;
  readonly proxy?: object;
  readonly storage?: object;
  readonly edge?: object;
  readonly names?: object;
}

function changed({ environment, timing, server, proxy, storage, edge, names }: Change): Environment {
  return {
    ...production,
    timing: { ...production.timing, ...timing },
    server: {
      ...production.server,
      proxy: { ...production.server.proxy, ...proxy },
      storage: { ...production.server.storage, ...storage },
      ...server,
    },
    edge: { ...production.edge, names: { ...production.edge.names, ...names }, ...edge },
    ...environment,
  } as Environment;
}

/** One thing wrong with production, where it is reported, and a part of what is said. */
const WRONG: readonly (readonly [string, Change, string])[] = [
  ['region', { environment: { region: 'europe-west1' } as never }, 'is not read by anything here'],
  ['namespace', { environment: { namespace: 'Coditect App' } }, 'is not a DNS label'],
  ['timing', { timing: { affinityTtl: Duration.seconds(86_401) } }, 'set affinityTtl to at most 86400 s'],
  [
    'timing.maxConnectionLifetime',
    { timing: { maxConnectionLifetime: Duration.minutes(30) } },
    'is how long a connection may live',
  ],
  ['server.name', { server: { name: 'Coditect' } }, 'is not a DNS label'],
  ['server.image', { server: { image: 'coditect-combined' } }, 'names no fixed version'],
  ['server.port', { server: { port: 0 } }, 'is not a port'],
  ['server.port', { server: { port: 0, proxy: undefined } }, 'is not a port'],
  ['server.replicas', { server: { replicas: 0 } }, 'is out of range'],
  ['server.adapter', { server: { adapter: undefined } }, '3 pods without an adapter'],
  ['server.stableNames', { server: { stableNames: false } }, 'cannot be false'],
  ['server.storage.per', { storage: { per: 'workload' } }, '3 replicas cannot share one ReadWriteOnce claim'],
  ['server.storage.size', { storage: { size: '20GB' } }, 'is not a Kubernetes quantity'],
  ['server.storage.name', { storage: { name: 'tmp' } }, 'is a volume that every pod here has'],
  ['server.volumeMounts', { server: { volumeMounts: [mount('a b')] } }, 'is not a folder to mount a volume at'],
  ['server.proxy.workers', { proxy: { workers: 0 } }, 'is out of range'],
  ['server.proxy.port', { proxy: { port: 3000 } }, "is the application's own port"],
  ['server.probes.liveness', { server: { probes: { liveness: '/socket.io/' } } }, 'is the Socket.IO endpoint'],
  ['server.resources.requests.cpu', { server: { resources: resources('1 core') } }, 'is not a Kubernetes quantity'],
  ['server.env.SOCKET_DRAIN_MS', { server: { env: { SOCKET_DRAIN_MS: '1' } } }, 'is written from the timing'],
  ['server.user', { server: { user: 0 } }, 'is out of range'],
  ['server.traffic.egressTo[0].ports', { server: { traffic: egress([]) } }, 'names no port'],
  ['edge.host', { edge: { host: 'https://coditect.ai' } }, 'did you mean "coditect.ai"?'],
  ['edge.host', { edge: { host: `${'a'.repeat(60)}.coditect.ai` } }, 'a managed certificate takes at most 63'],
  ['edge.paths', { edge: { paths: [] } }, 'is empty'],
  ['edge.paths[0]', { edge: { paths: ['theia'] } }, 'is not a usable URL path'],
  ['edge.paths[1]', { edge: { paths: ['/theia/', '/theia/'] } }, 'is there already; give each path once'],
  ['edge.paths[0]', { edge: { paths: ['/theia/.'] } }, 'holds ".", for which the API server refuses it; leave it out'],
  ['edge.ingressClass', { edge: { ingressClass: 'nginx' } }, "is ignored by GKE's Ingress controller"],
  ['edge.affinity', { edge: { affinity: 'sticky' } }, 'is unknown'],
  ['edge.healthCheck.timeoutSeconds', { edge: { healthCheck: { timeoutSeconds: 20 } } }, 'is longer than the interval'],
  ['edge.logSampleRate', { edge: { logSampleRate: 2 } }, 'give a number from 0 to 1'],
  ['edge.address', { edge: { address: 'Address' } }, 'is not a name for a Google Cloud resource'],
  ['edge.sslPolicy', { edge: { sslPolicy: 'Policy' } }, 'is not a name for a Google Cloud resource'],
  ['edge.securityPolicy', { edge: { securityPolicy: 'Policy' } }, 'is not a name for a Google Cloud resource'],
  ['edge.names.ingress', { names: { ingress: 'A' } }, 'is not a DNS name'],
  ['edge.names.service', { names: { service: '0a' } }, 'is not a Service name'],
  ['edge.names.backendConfig', { names: { backendConfig: 'A' } }, 'is not a DNS name'],
  ['edge.names.frontendConfig', { names: { frontendConfig: 'A' } }, 'is not a DNS name'],
  ['edge.names.certificate', { names: { certificate: 'A' } }, 'is not a DNS name'],
  // What only the contract between an edge and its server finds.
  ['server.proxy.addressesAppended', { proxy: { addressesAppended: 0 } }, 'would pass for every client'],
  [
    'server.traffic',
    { server: { traffic: { ingressFrom: ['10.0.0.0/8'] } } },
    'so that every check and every connection',
  ],
  ['edge.redirectToHttp', { edge: { redirectToHttp: false } }, 'is not read by anything here'],
];

function resources(cpu: string) {
  return { requests: { cpu, memory: '1Gi' }, limits: { memory: '2Gi' } };
}

function mount(path: string) {
  return { path, volume: Volume.fromEmptyDir(new Chart(new App(), 'test'), 'Volume', 'cache') };
}

function egress(ports: readonly number[]) {
  return { egressTo: [{ cidr: '0.0.0.0/0', ports }] };
}

describe('a wrong environment', () => {
  test.each(WRONG)('fails on %s, once, under its name', (field, change, message) => {
    const found = problemsWith(change);
    expect(found).toEqual([expect.stringContaining(message)]);
    expect(found[0]?.startsWith(`production.${field}: `)).toBe(true);
  });

  test('fails on a name that cannot be a folder', () => {
    expect(problemsWith({ environment: { name: 'Production' } })).toEqual([
      expect.stringContaining('Production.name: "Production" is not a DNS label'),
    ]);
  });

  test('fails on the internal class, which needs another way in and takes neither certificate nor TLS policy', () => {
    const internal = { ingressClass: 'gce-internal' };
    expect(problemsWith({ edge: internal })).toEqual([
      expect.stringMatching(
        /^production.server.traffic: does not let the internal .* in, .*the proxy-only subnet of the region/,
      ),
      'production.edge.sslPolicy: is for TLS; give tls, or leave it out',
    ]);
    const host = 'localhost';
    expect(problemsWith({ edge: { ...internal, host } })).toContainEqual(
      expect.stringMatching(/^production.edge.host: /),
    );
    const traffic = { ingressFrom: [...GOOGLE_BALANCER_RANGES, '10.129.0.0/23'] };
    expect(problemsWith({ edge: { ...internal, sslPolicy: undefined }, server: { traffic } })).toEqual([]);
  });

  test('fails with everything that is wrong in all of them, before anything is made', () => {
    const wrong = WRONG.filter(([field], i) => WRONG.findIndex(([other]) => other === field) === i).map(
      ([field, change]) => ({ field, environment: changed(change) }),
    );
    const found = problemsOf(() =>
      synthesize(
        wrong.map(({ environment }, i) => ({ ...environment, name: `environment-${i}` })),
        '/nonexistent/never-written',
      ),
    );
    expect(found.map((problem) => problem.slice(0, problem.indexOf(': ')))).toEqual(
      wrong.map(({ field }, i) => `environment-${i}.${field}`),
    );
  });
});

test('every field of an edge is judged', () => {
  const judged = new Set(WRONG.map(([field]) => field.split(/[.[]/).slice(0, 2).join('.')));
  const fields = Object.keys({ ...production.edge, paths: [], ingressClass: '', securityPolicy: '' });
  expect(fields.filter((field) => !judged.has(`edge.${field}`))).toEqual([]);
});
