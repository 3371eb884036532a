import { examineCluster, type Recording } from '../../../lib/doctor';
import type { Run } from '../../../lib/doctor/ask/program';
import type { Manifest } from '../../../lib/manifest';
import { healthy, type Objects, pod } from './healthy-objects';
import { MemoryCluster, OPTIONS } from './memory-cluster';
import type { Transcript } from './transcript';

export const GROUP = 'k8s1-0a1b2c3d-chat-chat-80-5e6f7a8b';

export function annotated(object: Manifest | undefined, annotations: Record<string, string>): Manifest {
  const { metadata } = object as Manifest;
  return {
    ...(object as Manifest),
    metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
  };
}

/** The healthy system behind a balancer of one cloud, each pod with an address of its own. */
export function behind(cloud: string, { config = {} }: Partial<Transcript> = {}): Objects {
  const objects = healthy();
  ['chat-0', 'chat-1', 'chat-2'].forEach((name, i) => {
    objects[name] = pod(name, { status: { podIP: `10.0.0.${i + 1}` } });
  });
  if (cloud === 'google') {
    const status = JSON.stringify({ network_endpoint_groups: { '80': GROUP }, zones: ['europe-west1-b'] });
    objects.service = annotated(objects.service, { 'cloud.google.com/neg-status': status });
    objects.config = { ...(objects.config as Manifest), spec: { ...(objects.config?.spec as object), ...config } };
    return objects;
  }
  delete objects.config;
  const address = 'k8s-chat-chat-0a1b2c3d4e-1234567890.eu-west-1.elb.amazonaws.com';
  objects.service = {
    ...(objects.service as Manifest),
    metadata: { ...(objects.service as Manifest).metadata, annotations: {} },
  };
  objects.ingress = {
    ...annotated(objects.ingress, {
      'kubernetes.io/ingress.class': 'alb',
      'alb.ingress.kubernetes.io/healthcheck-path': '/health',
      'alb.ingress.kubernetes.io/target-group-attributes': 'stickiness.enabled=true,stickiness.type=lb_cookie',
    }),
    status: { loadBalancer: { ingress: [{ hostname: address }] } },
  };
  return objects;
}

/** Looks at it, with what the cloud's program answers. */
export async function look(name: string, cloudRun: Run, more: Partial<Transcript> = {}): Promise<Recording> {
  const behaviour = more.health === undefined ? {} : { health: more.health };
  const behaviours = { 'chat-0': behaviour, 'chat-1': behaviour, 'chat-2': behaviour };
  const cluster = await new MemoryCluster(behind(name.split('-')[0] as string, more), behaviours).start();
  try {
    return await examineCluster({ cluster, target: {}, edge: false, run: cloudRun }, OPTIONS);
  } finally {
    cluster.close();
  }
}
