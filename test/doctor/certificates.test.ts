import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as https from 'node:https';
import * as os from 'node:os';
import * as path from 'node:path';
import { exitCode } from '../../lib/doctor';
import { codes, endAll, later, listening, look, page, seen } from '../lab/systems';

jest.setTimeout(120_000);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-certificates-'));
later(() => fs.rmSync(folder, { recursive: true }));
afterAll(endAll);

/** A certificate that is its own authority, with these extensions. */
function certificate(...extensions: readonly string[]): { readonly key: string; readonly cert: string } {
  const added = extensions.flatMap((one) => ['-addext', one]);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const made = ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost', ...added];
  execFileSync('openssl', made, { cwd: folder, stdio: 'ignore' });
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  return { key: read('key.pem'), cert: read('cert.pem') };
}

test.each([
  ['names its host in its subject alone', [], 'as its subject (CN) alone'],
  [
    'is for clients',
    ['subjectAltName=DNS:localhost', 'extendedKeyUsage=clientAuth'],
    'not good for a server of that name: INVALID_PURPOSE',
  ],
])('a certificate that %s is bad, whoever issued it', async (_title, extensions, words) => {
  const made = certificate(...extensions);
  const port = await listening(https.createServer(made, page));
  const diagnosis = await look(`https://localhost:${port}/socket.io/`, { ca: made.cert, addresses: ['127.0.0.1'] });
  expect(seen(diagnosis, 'certificate-bad')).toMatchObject({ outcome: 'yes', said: expect.stringContaining(words) });
  expect(codes(diagnosis)).toContain('WS543');
  expect(exitCode(diagnosis)).toBe(1);
});

test('one that nobody here vouches for is asked for with --ca', async () => {
  const made = certificate('subjectAltName=DNS:localhost', 'basicConstraints=critical,CA:false');
  const port = await listening(https.createServer(made, page));
  const diagnosis = await look(`https://localhost:${port}/socket.io/`, { addresses: ['127.0.0.1'] });
  expect(diagnosis.couldNotLook).toContain('give its certificate with --ca <file.pem>');
  expect(exitCode(diagnosis)).toBe(2);
});

test('a version of TLS that nobody speaks any more is no http', async () => {
  const made = certificate('subjectAltName=DNS:localhost');
  const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;
  const port = await listening(https.createServer({ ...made, ...old }, page));
  const diagnosis = await look(`https://localhost:${port}/socket.io/`, { addresses: ['127.0.0.1'] });
  expect(diagnosis.couldNotLook).toContain('browsers take 1.2 and 1.3 only');
});
