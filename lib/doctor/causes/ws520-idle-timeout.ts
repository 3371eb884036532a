import type { Cause } from './cause';

export const ws520: Cause = {
  code: 'WS520',
  title: 'a proxy ends connections that are silent for less than the heartbeat',
  story: 'Quiet clients lose their connection again and again; busy ones do not.',
  why: 'Between two pings nobody says anything. A proxy whose idle timeout is shorter takes the connection for dead.',
  source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout',
  weight: 2,
  shows: { 'cut-at-one-silence': 'must', 'polls-cut': 'may', 'some-end-together': 'may' },
  separates: [
    { from: 'WS519', by: 'cut-at-one-age' },
    { from: 'WS551', by: 'went-silent' },
  ],
  fix: [
    'Raise the idle timeout above pingInterval + pingTimeout (nginx proxy_read_timeout, HAProxy timeout tunnel, ALB idle_timeout.timeout_seconds), or lower pingInterval.',
  ],
  runbook: ["kubectl exec POD -c nginx -- nginx -T | grep -E 'proxy_(read|send)_timeout'"],
};
