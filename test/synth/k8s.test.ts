import * as kplus from 'cdk8s-plus-28';
import * as real from 'cdk8s-plus-28/lib/imports/k8s';
import type { HoldfastApp } from '../../lib/synth';
import * as k8s from '../../lib/synth/k8s';

function production(): ReadonlyMap<string, string> {
  let app: HoldfastApp | undefined;
  jest.isolateModules(() => {
    const { HoldfastApp } = require('../../lib/synth');
    const { WebSocketChart } = require('../../lib/environments');
    app = new HoldfastApp();
    new WebSocketChart(app, require('../../stacks/production').production);
  });
  return (app as HoldfastApp).files();
}

test('the production system is what the code of cdk8s-plus makes of it', () => {
  const ours = production();
  jest.doMock('../../lib/synth/k8s', () => real);
  try {
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(production()));
  } finally {
    jest.dontMock('../../lib/synth/k8s');
  }
});

test('a container that uses every odd spelling and every class is what the code of cdk8s-plus makes of it', () => {
  const container: real.Container = {
    name: 'clusterIp',
    ports: [{ containerPort: 1, hostIp: '10.0.0.1' }],
    livenessProbe: { httpGet: { port: real.IntOrString.fromString('http') } },
    resources: { limits: { hostIp: real.Quantity.fromNumber(1), cpu: real.Quantity.fromString('1m') } },
    env: [
      { name: 'a', value: '' },
      { name: 'b', value: undefined as unknown as string },
    ],
  };
  expect(k8s.toJson_Container(container)).toEqual(real.toJson_Container(container));
  const volume = {
    name: 'v',
    downwardApi: { items: [{ path: 'p', fieldRef: { fieldPath: 'metadata.labels' } }] },
    csi: { driver: 'd', volumeAttributes: { diskUri: 'kept' } },
    scaleIo: { gateway: 'g', secretRef: {}, system: 's' },
  };
  const pod = { containers: [container], hostIpc: true, hostPid: false, setHostnameAsFqdn: true, volumes: [volume] };
  expect(k8s.toJson_PodSpec(pod)).toEqual(real.toJson_PodSpec(pod));
});

test('what a caller builds with cdk8s-plus is taken as it is', () => {
  const container = new kplus.Container({
    image: 'a:1',
    portNumber: 80,
    resources: { cpu: { request: kplus.Cpu.millis(5) } },
  });
  expect(k8s.toJson_Container(container._toKube())).toEqual(real.toJson_Container(container._toKube()));
});
