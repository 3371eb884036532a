import type { BaseName } from './bases';
import { casesOf, expectFound, type Fault, type Where } from './faults';

const google: Where = ({ cloud }) => cloud === 'google';
const upgradeLine = /proxy_set_header Upgrade [^;]+;/;
const connectionLine = /proxy_set_header Connection [^;]+;/;
/** The first proxy location of Socket.IO, to which a line is added. */
const inLocation = (line: string) => (c: Parameters<Fault['plant']>[0]) =>
  c.conf(/proxy_pass http:\/\/app;/g, `proxy_pass http://app; ${line}`);

/** What the nginx of a pod is told. */
const FAULTS: readonly Fault[] = [
  {
    wrong: 'Upgrade is not passed on',
    plant: (c) => c.conf(upgradeLine, ''),
    code: 'WS241',
    kind: 'ConfigMap',
    cause: /lacks proxy_set_header Upgrade/,
  },
  {
    wrong: 'Connection is not passed on',
    plant: (c) => c.conf(connectionLine, ''),
    code: 'WS241',
    kind: 'ConfigMap',
    cause: /lacks proxy_set_header Connection/,
  },
  {
    wrong: 'Connection is empty',
    plant: (c) => c.conf(connectionLine, 'proxy_set_header Connection "";'),
    code: 'WS241',
    kind: 'ConfigMap',
    cause: /sets Connection to ""/,
  },
  {
    wrong: 'Connection is close',
    plant: (c) => c.conf(connectionLine, 'proxy_set_header Connection close;'),
    code: 'WS241',
    kind: 'ConfigMap',
    cause: /sets Connection to "close"/,
  },
  {
    wrong: 'nginx speaks HTTP/1.0',
    plant: (c) => c.conf('proxy_http_version 1.1;', ''),
    code: 'WS241',
    kind: 'ConfigMap',
    cause: /lacks proxy_http_version 1\.1/,
  },
  {
    wrong: 'proxy_read_timeout is ten seconds',
    plant: (c) => c.conf(/proxy_read_timeout 120s;/g, 'proxy_read_timeout 10s;'),
    code: 'WS119',
    kind: 'ConfigMap',
    cause: /proxy_read_timeout .*10 s/,
  },
  {
    wrong: 'answers are buffered',
    plant: (c) => c.conf(/proxy_buffering off;/g, 'proxy_buffering on;'),
    code: 'WS242',
    kind: 'ConfigMap',
    cause: /proxy_buffering on/,
  },
  {
    wrong: 'buffering is not turned off',
    plant: (c) => c.conf(/proxy_buffering off;/g, ''),
    code: 'WS242',
    kind: 'ConfigMap',
    cause: /says nothing of proxy_buffering/,
  },
  {
    wrong: 'handshakes are cached',
    plant: (c) => {
      if (c.base.own) c.conf(/proxy_cache off;/g, 'proxy_cache pages;');
      else inLocation('proxy_cache pages;')(c);
    },
    code: 'WS258',
    kind: 'ConfigMap',
    cause: /proxy_cache pages/,
  },
  {
    wrong: 'the scheme is that of the balancer',
    plant: (c) => c.conf(/X-Forwarded-Proto \$\w+;/, 'X-Forwarded-Proto $scheme;'),
    code: 'WS257',
    kind: 'ConfigMap',
    cause: /X-Forwarded-Proto \$scheme/,
  },
  {
    wrong: 'the address of the client is overwritten',
    plant: (c) => c.conf(/X-Forwarded-For \$\w+;/, 'X-Forwarded-For $remote_addr;'),
    code: 'WS257',
    kind: 'ConfigMap',
    cause: /X-Forwarded-For \$remote_addr/,
  },
  {
    wrong: 'workers wait without end',
    plant: (c) => c.conf('worker_shutdown_timeout 60s;', ''),
    code: 'WS131',
    kind: 'ConfigMap',
    cause: /no worker_shutdown_timeout/,
  },
  {
    wrong: 'workers end before the drain',
    plant: (c) => c.conf('worker_shutdown_timeout 60s;', 'worker_shutdown_timeout 1s;'),
    code: 'WS108',
    kind: 'ConfigMap',
    cause: /worker_shutdown_timeout 1s/,
  },
  {
    wrong: 'there are fewer descriptors than connections',
    plant: (c) => c.conf(/worker_rlimit_nofile \d+;/, 'worker_rlimit_nofile 1024;'),
    code: 'WS245',
    kind: 'ConfigMap',
    cause: /worker_rlimit_nofile 1024 below worker_connections/,
  },
  {
    wrong: 'there is room for five hundred clients',
    plant: (c) => c.conf(/worker_connections \d+;/, 'worker_connections 1024;'),
    code: 'WS245',
    kind: 'ConfigMap',
    cause: /worker_connections 1024: room for 512/,
  },
  {
    wrong: 'connections are counted by the address of the balancer',
    plant: (c) => {
      c.conf('upstream app {', 'limit_conn_zone $binary_remote_addr zone=peers:10m;\n  upstream app {');
      inLocation('limit_conn peers 100;')(c);
    },
    code: 'WS243',
    kind: 'ConfigMap',
    cause: /limit_conn peers counts by \$binary_remote_addr/,
  },
  {
    wrong: 'idle connections are closed before the balancer closes them',
    plant: (c) => c.conf('keepalive_timeout 620s;', 'keepalive_timeout 65s;'),
    code: 'WS120',
    kind: 'ConfigMap',
    cause: /keepalive_timeout 65s/,
    on: google,
  },
  {
    wrong: 'two servers take requests in turn',
    plant: (c) => c.conf('server 127.0.0.1:3000;', 'server 127.0.0.1:3000; server 127.0.0.1:3000 weight=2;'),
    code: 'WS244',
    kind: 'ConfigMap',
    cause: /upstream app hands requests to its 2 servers in turn/,
  },
  {
    wrong: 'two servers are chosen by the address of the balancer',
    plant: (c) => c.conf('server 127.0.0.1:3000;', 'ip_hash; server 127.0.0.1:3000; server 127.0.0.1:3000 weight=2;'),
    code: 'WS243',
    kind: 'ConfigMap',
    cause: /upstream app has ip_hash/,
  },
  {
    wrong: 'two servers are chosen by a hash of the peer',
    plant: (c) =>
      c.conf(
        'server 127.0.0.1:3000;',
        'hash $remote_addr consistent; server 127.0.0.1:3000; server 127.0.0.1:3000 weight=2;',
      ),
    code: 'WS243',
    kind: 'ConfigMap',
    cause: /hash \$remote_addr/,
  },
];

test.each(casesOf(FAULTS))('finds that %s: %s', (_wrong, base: BaseName, fault) => expectFound(base, fault));

test('there are at least 110 cases', () => {
  expect(casesOf(FAULTS).length).toBeGreaterThanOrEqual(110);
});
