import type { SystemOnPaper } from './system-on-paper';

/**
 * A command of a cause, for this system: with its names in the place of words in capitals. `undefined` where there is nothing here that it could ask.
 */
export function commandFor(system: SystemOnPaper, command: string): string | undefined {
  const { namespace, name, kind, pod, selector, hasNginx, host, scheme, path, service, onGoogle, backendConfig } =
    system;
  if (!hasNginx && command.includes('-c nginx')) return undefined;
  if (!onGoogle && /gcloud|neg-status/.test(command)) return undefined;
  if (backendConfig === undefined && /backendconfig/.test(command)) return undefined;
  if (service === undefined && /(service-name=|svc )NAME/.test(command)) return undefined;
  if (host === undefined && /HOST/.test(command)) return undefined;
  // Plain WebSockets have no handshake, and nothing of Socket.IO's in what they ask.
  if (scheme === 'wss' && /transport=polling|'socket\.io'/.test(command)) return undefined;
  return command
    .replaceAll(scheme === 'wss' ? /HOST\/PATH\/(\?EIO=4&transport=websocket)?/g : 'HOST/PATH/', `${host}${path}`)
    .replaceAll('HOST', host ?? '')
    .replaceAll('PAGE', host ?? '')
    .replaceAll('backend-services describe NAME', 'backend-services describe "$BACKEND"')
    .replaceAll('backend-services get-health NAME', 'backend-services get-health "$BACKEND"')
    .replaceAll(/(service-name=|svc )NAME/g, (_all, before: string) => `${before}${service?.name}`)
    .replaceAll('deploy/NAME', `${kind}/${name}`)
    .replaceAll('app=NAME', selector)
    .replaceAll(/\bPOD\b/g, pod)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${system.appPort ?? 3000}`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${system.servingPort ?? 8080}`)
    .replaceAll('127.0.0.1:9090', `127.0.0.1:${system.metricsPort ?? system.appPort ?? 9090}`)
    .replaceAll('port 3000', `port ${system.appPort ?? 3000}`)
    .replaceAll(/\bkubectl (?!-n )/g, `kubectl -n ${namespace} `);
}

/** What finds the backend service that Google made of the Service: its group of endpoints bears the same name. */
export function backendCommand({ namespace, service, onGoogle }: SystemOnPaper): string | undefined {
  if (!onGoogle || service === undefined) return undefined;
  return `BACKEND=$(kubectl -n ${namespace} get svc ${service.name} -o jsonpath='{.metadata.annotations.cloud\\.google\\.com/neg-status}' | sed 's/.*"${service.port ?? 80}":"\\([^"]*\\)".*/\\1/')`;
}

/** The first looks, in the order in which a connection goes: what is asked, and with what. */
export function firstLooks(system: SystemOnPaper): readonly (readonly [question: string, command: string])[] {
  const { namespace, name, kind, selector, host, scheme, path, healthPath, route, service, backendConfig, onGoogle } =
    system;
  const kubectl = `kubectl -n ${namespace}`;
  return [
    ...(host === undefined
      ? []
      : ([
          ['Does it answer from outside?', `curl -si https://${host}${healthPath} | head -1`],
          ['What does the doctor say?', `holdfast doctor ${scheme}://${host}${path} --quick`],
        ] as const)),
    ['Are the pods ready, and were they started again?', `${kubectl} get pod -l ${selector} -o wide`],
    ...(service === undefined
      ? []
      : ([
          [
            'Does the Service have endpoints?',
            `${kubectl} get endpointslice -l kubernetes.io/service-name=${service.name}`,
          ],
        ] as const)),
    ...(backendConfig === undefined
      ? []
      : ([
          [
            'Is the affinity what it should be?',
            `${kubectl} get backendconfig ${backendConfig} -o yaml | grep -A3 sessionAffinity`,
          ],
        ] as const)),
    ...(route === undefined
      ? []
      : ([['What does the balancer say?', `${kubectl} describe ${route.kind} ${route.name} | tail -20`]] as const)),
    ...(onGoogle
      ? ([['Are the backends healthy?', 'gcloud compute backend-services get-health "$BACKEND" --global']] as const)
      : []),
    ['Is there a rollout?', `${kubectl} rollout status ${kind}/${name} --timeout 5s`],
    ['What happened just now?', `${kubectl} get events --sort-by .lastTimestamp | tail -20`],
  ];
}
