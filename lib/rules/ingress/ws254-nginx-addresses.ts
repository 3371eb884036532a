import { threadRule } from '../patterns/thread-rule';

export const ws254 = threadRule({
  code: 'WS254',
  level: 'warning',
  title: 'nginx does not keep addresses of pods that are gone',
  story: 'It works until the first rollout. Then nginx sends to addresses that nobody has, until somebody restarts it.',
  why: 'nginx looks a name up once, when it reads its configuration. A headless Service answers with the addresses of its pods, which change with every pod.',
  fix: 'Send to a Service with a cluster IP, or have the name looked up again: server … resolve.',
  source: 'https://nginx.org/en/docs/http/ngx_http_upstream_module.html#resolve',
  at: 'addresses',
});
