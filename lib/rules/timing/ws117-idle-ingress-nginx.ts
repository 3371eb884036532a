import { idleRule } from '../patterns/idle-rule';

export const ws117 = idleRule({
  code: 'WS117',
  level: 'error',
  title: 'ingress-nginx waits longer than the longest silence of a healthy connection',
  story:
    'Quiet connections are cut after a minute. The log of the controller calls it an upstream timeout, and the application sees a transport close.',
  why: 'proxy-read-timeout is the time between two reads from the application, 60 s by default; a healthy connection can be silent for pingInterval + pingTimeout.',
  fix: 'Set proxy-read-timeout to pingInterval + pingTimeout + margin.',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/miscellaneous/#websockets',
  judges: (kind) => kind === 'ingress-nginx',
});
