import { threadRule } from '../patterns/thread-rule';

export const ws251 = threadRule({
  code: 'WS251',
  level: 'error',
  title: 'an nginx in front of the server has a location for what the route sends',
  story: 'The page loads, and every request of Socket.IO answers 404: the proxy in between knows nothing of the path.',
  why: 'What no location passes on nginx answers itself, with a file that is not there or with the answer that was written for something else.',
  fix: 'Write a location with proxy_pass for the path that clients ask.',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#location',
  at: 'location',
});
