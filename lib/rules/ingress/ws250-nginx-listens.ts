import { threadRule } from '../patterns/thread-rule';

export const ws250 = threadRule({
  code: 'WS250',
  level: 'error',
  title: 'nginx listens on the port that requests are sent to',
  story: 'Every request is refused: 502 for everybody, while nginx runs and says nothing.',
  why: 'The port of the Service leads to a port of the container, and the container’s nginx opens those of its listen directives only. Nothing compares the two.',
  fix: 'Write one port into listen, containerPort and targetPort.',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#listen',
  at: 'listen',
});
