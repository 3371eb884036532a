import { threadRule } from '../patterns/thread-rule';

export const ws253 = threadRule({
  code: 'WS253',
  level: 'error',
  title: 'what nginx passes requests to is there',
  story: '502 for everybody: nginx is well, the application is well, and nginx knocks at another door.',
  why: 'An upstream is an address in text. Nothing listens on a port of the pod because a proxy sends there, and a name that no Service has keeps nginx from starting. A port that no container declares may be open all the same, and is a warning.',
  fix: 'Send to the port on which the application listens.',
  source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server',
  at: 'upstream',
});
