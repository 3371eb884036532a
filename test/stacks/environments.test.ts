import { Duration } from 'cdk8s';
import { InvalidInputError } from '../../lib/input';
import { HoldfastApp } from '../../lib/synth';
import { synthesize } from '../../stacks/cdk8s';
import { dev } from '../../stacks/dev';
import type { Environment } from '../../stacks/environment';
import { production } from '../../stacks/production';
import { staging } from '../../stacks/staging';
import { WebSocketChart } from '../../stacks/websocket-chart';
import { podSpecsOf, restrictedViolations, schemaErrors } from '../schemas/validate';

const ENVIRONMENTS = [dev, staging, production];

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

    test.each(files)('%s', (_file, text) => {
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

describe('a wrong environment', () => {
  test('fails with everything that is wrong in all of them, each under its name', () => {
    const wrong: Environment = {
      ...production,
      namespace: 'Coditect App',
      timing: { ...production.timing, terminationGracePeriod: Duration.seconds(60) },
      server: {
        ...production.server,
        image: 'coditect-combined',
        storage: { per: 'workload', mountPath: '/home/theia', size: '20GB' },
      },
      edge: {
        ...production.edge,
        host: 'https://coditect.ai',
        ingressClass: 'nginx' as never,
        names: { ...production.edge.names, backendConfig: 'Backend_Config' },
      },
    };
    const problems = (() => {
      try {
        synthesize([{ ...dev, namespace: '' }, wrong], '/nonexistent/never-written');
      } catch (error) {
        if (error instanceof InvalidInputError) return error.problems;
        throw error;
      }
      return [];
    })();
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(': ')))).toEqual([
      'dev.namespace',
      'production.namespace',
      'production.timing',
      'production.timing',
      'production.server.image',
      'production.server.storage.size',
      'production.server.storage.per',
      'production.edge.names.backendConfig',
      'production.edge.ingressClass',
      'production.edge.host',
    ]);
  });
});
