import { threadRule } from '../patterns/thread-rule';

export const ws252 = threadRule({
  code: 'WS252',
  level: 'error',
  title: 'the path of Socket.IO arrives as it was asked',
  story: 'The upgrade is passed on, the timeouts are right, and the server answers 404: one slash cut the path away.',
  why: 'With a path behind its address, even a single slash, proxy_pass puts that path in the place of what the location matched. Socket.IO looks for its own path and finds none.',
  fix: 'Write proxy_pass without a path.',
  source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
  at: 'path',
});
