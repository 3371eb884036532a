import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Each package of Debian that the cluster is made of, and a program that says whether it is there: by its name wherever programs are, since others install them too. */
const PACKAGES: Readonly<Record<string, string>> = {
  'etcd-server': 'etcd',
  containerd: 'containerd',
  runc: 'runc',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  nftables: 'nft',
  // The kubelet asks for it, whatever the proxy uses.
  iptables: 'iptables',
  conntrack: 'conntrack',
  'busybox-static': '/bin/busybox',
  'nginx-light': '/usr/sbin/nginx',
  openssl: 'openssl',
  iproute2: 'ip',
  'util-linux': 'nsenter',
  mount: 'mount',
  procps: 'sysctl',
};

/** Where programs are, for root and for whoever has a shorter PATH. */
const PLACES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const isThere = (program: string): boolean =>
  program.startsWith('/')
    ? existsSync(program)
    : [...PLACES, ...(process.env.PATH ?? '').split(':')].some((place) => existsSync(join(place, program)));

/** Debian starts a service as it installs it, unless this file forbids it. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Installs what is missing. */
export function installPackages(): readonly string[] {
  const missing = Object.keys(PACKAGES).filter((name) => !isThere(PACKAGES[name] as string));
  if (missing.length === 0) return [];
  if (spawnSync('apt-get', ['--version']).status !== 0) {
    throw new Error(`these are missing, under the names that Debian gives them: ${missing.join(' ')}; install them`);
  }
  // A shell, which takes the file away again also where it outlives this process.
  const script = `
    if [ ! -e ${POLICY} ]; then
      trap 'rm ${POLICY}' EXIT
      printf '#!/bin/sh\\nexit 101\\n' >${POLICY}
      chmod 755 ${POLICY}
    fi
    apt-get update -qq
    # Never in the place of something: Debian's runc and containerd would remove Docker's, and Docker with them.
    apt-get install --yes -qq --no-remove --no-install-recommends ${missing.join(' ')}
  `;
  const { status } = spawnSync('bash', ['-euc', script], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    throw new Error(
      `apt-get could not install ${missing.join(' ')} without removing something else, or at all (above is what it said); install what has these programs`,
    );
  return missing;
}
