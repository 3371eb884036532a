import type { Cause } from './cause';

export const ws510: Cause = {
  code: 'WS510',
  title: 'the query string is lost on the way',
  story: 'Every handshake is answered 400 “Transport unknown”, and the logs of the server show a bare path.',
  why: 'A rewrite that builds a new address without $args, or a shell that cut it at the first &, loses EIO and transport.',
  source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass',
  shows: { 'query-missing': 'must' },
  separates: [{ from: 'WS538', by: 'other-protocol' }],
  fix: ['Keep the query: in nginx a proxy_pass with variables needs $is_args$args.'],
  runbook: ["kubectl logs deploy/NAME | grep 'socket.io'   # does ?EIO=4 arrive?"],
};
