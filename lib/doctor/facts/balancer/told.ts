import { annotationOf } from '../../../manifest/annotation';
import { listOf, mappingOf, textOf, valueAt } from '../../../manifest/field';
import { attributesOf } from '../../inside/cloud/aws';
import type { LogLine } from '../../inside/cloud/balancer-log';
import type { Live } from '../live';
import type { Seen, View } from '../view';

/** What a cloud was asked, and answered. */
export function cloud(view: View, what: string): readonly Seen<'cloud'>[] {
  return view.inside('cloud').filter(({ request }) => request.what === what);
}

type Fields = Readonly<Record<string, unknown>>;

/** Google's backend services of the Service, as they are. */
export function backendServices(view: View): readonly Fields[] {
  return cloud(view, 'backend service').flatMap(({ answer }) => listOf(answer).map(mappingOf));
}

/** The target groups of an ALB. */
export function targetGroups(view: View): readonly Fields[] {
  return cloud(view, 'target groups').flatMap(({ answer }) => listOf(mappingOf(answer).TargetGroups).map(mappingOf));
}

/** The attributes of an ALB and of its target groups, as they are. */
export function attributesNow(view: View): Readonly<Record<string, string>> {
  const all = [...cloud(view, 'load balancer attributes'), ...cloud(view, 'target group attributes')];
  return Object.assign({}, ...all.map(({ answer }) => attributesOf(answer)));
}

/** The attributes that annotations of the route and its Service ask for. */
export function attributesAsked({ route, service }: Live): Readonly<Record<string, string>> {
  const texts = ['load-balancer-attributes', 'target-group-attributes'].flatMap((name) =>
    [route, service].flatMap((object) =>
      object === undefined ? [] : (annotationOf(object, `alb.ingress.kubernetes.io/${name}`) ?? []),
    ),
  );
  const pairs = texts.flatMap((text) => text.split(',')).map((pair) => pair.split('='));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name.trim(), value.trim()]));
}

/** What a balancer holds of one endpoint. */
export interface EndpointTold {
  readonly address: string;
  readonly state: string;
  readonly reason: string;
  readonly ref: string;
}

/** Endpoints and their health, from `gcloud compute backend-services get-health` or `aws elbv2 describe-target-health`. */
export function endpointsOf(view: View): readonly EndpointTold[] {
  return cloud(view, 'backend health').flatMap(({ answer, ref }) => {
    const google = listOf(answer).flatMap((group) => listOf(valueAt(group, ['status', 'healthStatus'])));
    const aws = listOf(mappingOf(answer).TargetHealthDescriptions);
    const text = (one: unknown, ...path: readonly string[]) => textOf(valueAt(one, path)) ?? '';
    return [
      ...google.map((one) => ({ address: text(one, 'ipAddress'), state: text(one, 'healthState'), reason: '', ref })),
      ...aws.map((one) => ({
        address: text(one, 'Target', 'Id'),
        state: text(one, 'TargetHealth', 'State'),
        reason: text(one, 'TargetHealth', 'Reason'),
        ref,
      })),
    ];
  });
}

/** How requests ended, by the log of the balancer. */
export function logLines(view: View): readonly LogLine[] {
  return cloud(view, 'balancer log').flatMap(({ answer }) => listOf(answer) as readonly LogLine[]);
}
