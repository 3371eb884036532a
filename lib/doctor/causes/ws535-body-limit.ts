import type { Cause } from './cause';

export const ws535: Cause = {
  code: 'WS535',
  title: 'messages above a size are refused',
  story: 'Small messages work; a picture or a long document ends in 413, or in a closed connection.',
  why: 'A proxy permits smaller bodies than the server does (nginx: 1 MB unless told otherwise), or maxHttpBufferSize is small.',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size',
  shows: { 'body-refused': 'must' },
  separates: [{ from: 'WS534', by: 'refused-above' }],
  fix: ['Let client_max_body_size of every proxy be at least maxHttpBufferSize of the server.'],
  runbook: ['kubectl exec POD -c nginx -- nginx -T | grep client_max_body_size'],
};
