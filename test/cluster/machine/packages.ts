import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';

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
  const install = ['install', '--yes', '-qq', '--no-install-recommends', ...missing];
  if (spawnSync('apt-get', ['--version']).status !== 0) {
    throw new Error(`these are missing, under the names that Debian gives them: ${missing.join(' ')}; install them`);
  }
  const quietly = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  const forbid = !existsSync(POLICY);
  if (forbid) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY, 0o755);
  }
  try {
    execFileSync('apt-get', ['update', '-qq'], quietly as object);
    execFileSync('apt-get', install, quietly as object);
  } finally {
    if (forbid) rmSync(POLICY);
  }
  return missing;
}
