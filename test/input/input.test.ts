import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { InvalidInputError, Problems } from '../../lib/input';
import { checkCidr } from '../../lib/input/cidr';
import {
  checkEnvName,
  checkHost,
  checkImage,
  checkInteger,
  checkLabelName,
  checkPort,
  checkProbePath,
  checkServiceName,
  checkSubdomainName,
  checkUrlPath,
} from '../../lib/input/kubernetes';
import { checkQuantity, quantityValue } from '../../lib/input/quantity';

type Check = (problems: Problems, path: string, value: never) => void;

function found(check: Check, value: unknown): readonly string[] {
  const problems = new Problems();
  check(problems, 'field', value as never);
  return problems.found;
}

test.each<[string, Check, unknown]>([
  ['a label', checkLabelName, 'coditect-combined'],
  ['a Service name', checkServiceName, 'web-1'],
  ['a name with dots', checkSubdomainName, 'coditect.backend-config'],
  ['a host', checkHost, 'app.example.com'],
  ['a path', checkUrlPath, '/theia/socket.io/'],
  ['a probe path', checkProbePath, '/health'],
  ['a quantity', checkQuantity, '20Gi'],
  ['a fractional quantity', checkQuantity, '0.5'],
  ['an image with a tag', checkImage, 'team/chat-backend:1.4.2'],
  ['an image with a digest', checkImage, `registry.example:5000/chat@sha256:${'0a'.repeat(32)}`],
  ['a range', checkCidr, '130.211.0.0/22'],
  ['a range of IPv6', checkCidr, '0:4:f2:61::/64'],
  ['every address of IPv6', checkCidr, '::/0'],
  ['a variable', checkEnvName, 'SOCKET_IO'],
  ['a port', checkPort, 65_535],
])('%s is accepted', (_name, check, value) => {
  expect(found(check, value)).toEqual([]);
});

test.each<[Check, unknown, string]>([
  [
    checkLabelName,
    'My_App',
    'field: "My_App" is not a DNS label; use at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit, such as "my-app"',
  ],
  [
    checkServiceName,
    '1web',
    'field: "1web" is not a Service name; use at most 63 lower-case letters, digits and "-", starting with a letter and ending with a letter or digit, such as "web"',
  ],
  [
    checkHost,
    'https://App.example.com/ide',
    'field: "https://App.example.com/ide" is not a host; give a full DNS name without scheme, port or path, such as "app.example.com"; did you mean "app.example.com"?',
  ],
  [
    checkUrlPath,
    '/x; return 200',
    'field: "/x; return 200" is not a usable URL path; start with "/" and use letters, digits and "-._~/" only, without "//" or ".."',
  ],
  [
    checkProbePath,
    '/theia/socket.io/',
    'field: "/theia/socket.io/" is the Socket.IO endpoint: each probe would open a session that lives until the ping timeout; probe a plain HTTP path such as "/health"',
  ],
  [
    checkQuantity,
    '20GB',
    'field: "20GB" is not a Kubernetes quantity above zero; give a number with an optional suffix (m, k, M, G, T, Ki, Mi, Gi, Ti), such as "20Gi"; did you mean "20Gi"?',
  ],
  [
    checkImage,
    'chat-backend:latest',
    'field: "chat-backend:latest" names no fixed version; add a tag or digest, such as "chat-backend:1.0.0"',
  ],
  [
    checkImage,
    'chat backend',
    'field: "chat backend" is not an image reference; give repository and tag, such as "chat-backend:1.4.2"',
  ],
  [
    checkCidr,
    '10.0.0.1',
    'field: "10.0.0.1" is not a range of addresses; give CIDR notation, such as "10.0.0.0/8" or "fd00::/8"; did you mean "10.0.0.1/32"?',
  ],
  [
    checkCidr,
    '::4:F2:61:22:22:0:6/128',
    'field: "::4:F2:61:22:22:0:6/128" is written in a way of its own, of which the API server warns each time; did you mean "0:4:f2:61:22:22:0:6/128"?',
  ],
  [
    checkCidr,
    'fd00:0:0:1:0:0:0:0/64',
    'field: "fd00:0:0:1:0:0:0:0/64" is written in a way of its own, of which the API server warns each time; did you mean "fd00:0:0:1::/64"?',
  ],
  [
    checkEnvName,
    '2FAST',
    'field: "2FAST" is not an environment variable name; use letters, digits and "_", not starting with a digit',
  ],
  [checkPort, 0, 'field: 0 is not a port; give a whole number from 1 to 65535'],
])('fails with what is wrong, the value, what is allowed and the change (case %#)', (check, value, message) => {
  expect(found(check, value)).toEqual([message]);
});

test('fails on a whole number out of range', () => {
  const problems = new Problems();
  checkInteger(problems, 'replicas', 2.5, 1, 10);
  expect(problems.found).toEqual(['replicas: 2.5 is out of range; give a whole number from 1 to 10']);
});

test.each([
  ['500m', 0.5],
  ['1Gi', 2 ** 30],
  ['2G', 2e9],
  ['3', 3],
])('the quantity %s is worth %d', (quantity, value) => {
  expect(quantityValue(quantity)).toBe(value);
});

test('no accepted path or host holds a character that ends a directive, a line or a shell word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const check of [checkUrlPath, checkHost, checkLabelName, checkSubdomainName] as Check[]) {
        if (found(check, text).length === 0) expect(text).not.toMatch(/[\s;{}$"'`\\#&|<>()*?![\]]/);
      }
    }),
  );
});

describe('problems', () => {
  test('are reported with the path at which they were found, all at once', () => {
    const problems = new Problems().at('production');
    problems.at('server').add('replicas', 'is wrong');
    problems.add('', 'is wrong as a whole');
    problems.at('edge').gather(() => {
      throw new InvalidInputError(['host: is wrong']);
    });
    expect(() => problems.throwIfAny()).toThrow(
      '3 problems:\n  - production.server.replicas: is wrong\n  - production: is wrong as a whole\n  - production.edge.host: is wrong',
    );
  });

  test('bear the names that their fields have for the reader, from however deep they come, and are noted once', () => {
    const problems = new Problems();
    const edge = problems
      .at('production', { 'edge.server.traffic': 'server.traffic' })
      .at('edge', { name: 'names.ingress' });
    edge.add('name', 'is wrong');
    edge.at('server').add('traffic', 'is closed');
    problems.at('production').at('server').add('traffic', 'is closed');
    expect(edge.found).toEqual(['production.edge.names.ingress: is wrong', 'production.server.traffic: is closed']);
    expect(() => edge.throwIfAny()).toThrow(InvalidInputError);
  });

  test('of another kind are not swallowed', () => {
    expect(() =>
      new Problems().gather(() => {
        throw new TypeError('a bug');
      }),
    ).toThrow(TypeError);
  });
});

test('an error that nobody catches says each problem once, and where the input came from, without the way through this library', () => {
  const program = `
    const { RestrictedNamespace } = require(${JSON.stringify(path.join(__dirname, '..', '..', 'lib'))});
    const { App, Chart } = require('cdk8s');
    new RestrictedNamespace(new Chart(new App(), 'x'), 'N', { name: 'A B', labels: { team: 'a b' } });`;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-uncaught-'));
  try {
    const file = path.join(folder, 'program.cjs');
    fs.writeFileSync(file, program);
    const { stderr, status } = spawnSync(process.execPath, ['--require', 'tsx/cjs', file], {
      cwd: path.join(__dirname, '..', '..'),
      env: { ...process.env, NODE_PATH: path.join(__dirname, '..', '..', 'node_modules') },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr.match(/"A B" is not a DNS label/g)).toHaveLength(1);
    expect(stderr.match(/"a b" is not a label value/g)).toHaveLength(1);
    expect(stderr.match(/^\s+at .*$/gm)).toEqual([expect.stringContaining('program.cjs:')]);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
