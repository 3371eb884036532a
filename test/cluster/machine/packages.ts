import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Each package of Debian that the cluster is made of, and a program that says whether it is there. */
const PACKAGES: Readonly<Record<string, string>> = {
  'etcd-server': '/usr/bin/etcd',
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  nftables: '/usr/sbin/nft',
  // The kubelet asks for it, whatever the proxy uses.
  iptables: '/usr/sbin/iptables',
  conntrack: '/usr/sbin/conntrack',
  'busybox-static': '/bin/busybox',
  'nginx-light': '/usr/sbin/nginx',
  iproute2: '/sbin/ip',
  'util-linux': '/usr/bin/nsenter',
  mount: '/usr/bin/mount',
  procps: '/sbin/sysctl',
};

/** Debian starts a service as it installs it, unless this file forbids it. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Installs what is missing. */
export function installPackages(): readonly string[] {
  const missing = Object.keys(PACKAGES).filter((name) => !existsSync(PACKAGES[name] as string));
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
    apt-get install --yes -qq --no-install-recommends ${missing.join(' ')}
  `;
  execFileSync('bash', ['-euc', script], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return missing;
}
