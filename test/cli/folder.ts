import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { holdfastIn } from './terminal';

/** Where each test begins, empty. */
export let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-cli-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** A guide of somebody else, with findings of several rules. */
export const GUIDE = fs.readFileSync(path.join(__dirname, '../rules/sources/load-balancer-guide.yaml'), 'utf8');
/** Nothing is found in it; it is what stands at standard input. */
export const CLEAN = `apiVersion: v1
kind: Service
metadata:
  name: chat
spec:
  ports: [{ port: 80 }]
`;
/** One finding, which can be mended. */
export const BACKEND_CONFIG = `apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata:
  name: chat
spec:
  healthCheck: # of the balancer
    type: TCP
    checkIntervalSec: 5
    timeoutSec: 10 # longer than the interval
  sessionAffinity: { affinityType: CLIENT_IP, affinityCookieTtlSec: 600 }
`;

export function write(name: string, text: string): void {
  fs.writeFileSync(path.join(folder, name), text);
}

export function read(name: string): string {
  return fs.readFileSync(path.join(folder, name), 'utf8');
}

export const holdfast = (...args: readonly string[]) => holdfastIn({ cwd: folder, stdin: CLEAN }, ...args);
