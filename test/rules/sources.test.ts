import * as path from 'node:path';
import { loadPaths } from '../../lib/manifest';
import { checkLoaded } from '../../lib/rules';

/** What a file of manifests is told, as codes in the order of the lines. */
function codesOf(folder: string, file: string): readonly string[] {
  const loaded = loadPaths([path.join(__dirname, folder, `${file}.yaml`)]);
  expect(loaded.problems).toEqual([]);
  return [...new Set(checkLoaded(loaded).findings.map(({ code }) => code))].sort();
}

describe('the documented values of the five sources', () => {
  test('the fix guide: a lifetime without a cookie, no endpoint groups, a kind that does not exist, session ids in the log', () => {
    expect(codesOf('sources', 'fix-guide')).toEqual(['WS212', 'WS216', 'WS401', 'WS404']);
  });

  test('the analysis: affinity on the Service only, no drain in the pod, a proxy with short keep-alive', () => {
    expect(codesOf('sources', 'analysis')).toEqual([
      'WS107',
      'WS120',
      'WS128',
      'WS226',
      'WS227',
      'WS242',
      'WS306',
      'WS308',
      'WS401',
      'WS406',
    ]);
  });

  test('the runbook: a probe that opens sessions, a BackendConfig named on the Ingress, metrics with dots, checks that send HEAD', () => {
    expect(codesOf('sources', 'runbook')).toEqual([
      'WS107',
      'WS128',
      'WS207',
      'WS208',
      'WS212',
      'WS216',
      'WS304',
      'WS306',
      'WS308',
      'WS315',
      'WS402',
      'WS405',
    ]);
  });

  test('the notes on persistence: replicas that share a disk, annotations of another controller, settings that do not exist', () => {
    expect(codesOf('sources', 'persistence')).toEqual(['WS206', 'WS227', 'WS301', 'WS308', 'WS313', 'WS321']);
  });

  test('the load balancer guide on Google: 80 s as a lifetime, a drain and a grace period too short, a hook that kills, liveness on the database', () => {
    expect(codesOf('sources', 'load-balancer-guide')).toEqual([
      'WS105',
      'WS110',
      'WS113',
      'WS216',
      'WS303',
      'WS305',
      'WS308',
      'WS315',
      'WS403',
      'WS406',
    ]);
  });

  test('the load balancer guide on ingress-nginx: its 80 s are right there, and the controller is retired', () => {
    expect(codesOf('sources', 'load-balancer-guide-nginx')).toEqual(['WS228']);
  });

  test('the load balancer guide on AWS: its 80 s and its attributes over several lines are right, its drain is not', () => {
    expect(codesOf('sources', 'load-balancer-guide-alb')).toEqual(['WS110']);
  });

  test('80 s on the classic balancer explain themselves', () => {
    const loaded = loadPaths([path.join(__dirname, 'sources', 'load-balancer-guide.yaml')]);
    const finding = checkLoaded(loaded).findings.find(({ code }) => code === 'WS113');
    expect(finding).toMatchObject({
      path: 'spec.timeoutSec',
      actual: '80 s',
      because:
        '80 s is how long a connection may live here, idle or active, and pings do not help: every one is cut after 80 s',
      fix: 'set BackendConfig spec.timeoutSec to 86400',
      place: { line: 8, column: 3, text: '  timeoutSec: 80' },
    });
  });
});

describe('manifests in the shape of public charts', () => {
  test('a chat with a disk: the rollout would wait for itself', () => {
    expect(codesOf('charts', 'chat-with-disk')).toEqual(['WS228', 'WS302']);
  });

  test('a chart for ingress-nginx on GKE: everything it says is ignored', () => {
    expect(codesOf('charts', 'realtime-on-gke')).toEqual(['WS107', 'WS206', 'WS207', 'WS212', 'WS229', 'WS308']);
  });

  test('a List with an autoscaler: phantom sessions, a budget that blocks, values that are not read', () => {
    expect(codesOf('charts', 'sockets-autoscaled')).toEqual([
      'WS206',
      'WS226',
      'WS228',
      'WS236',
      'WS304',
      'WS309',
      'WS310',
      'WS311',
      'WS312',
      'WS315',
      'WS325',
    ]);
  });

  test('objects of every wrong shape: no rule fails', () => {
    expect(codesOf('charts', 'odd-shapes')).toEqual(['WS209', 'WS212', 'WS223', 'WS230', 'WS238', 'WS260', 'WS267']);
  });
});
