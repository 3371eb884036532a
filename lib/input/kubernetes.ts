import { Problems, shown } from './problems';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

const IMAGE_PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const IMAGE = new RegExp(
  `^(?:[A-Za-z0-9](?:[-.A-Za-z0-9]*[A-Za-z0-9])?(?::\\d{1,5})?/)?${IMAGE_PART}(?:/${IMAGE_PART})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/**
 * Characters a URL path may hold without any of nginx, the URL map or a shell giving them a second meaning.
 * Everything outside it is refused rather than escaped.
 */
const URL_PATH = /^\/[A-Za-z0-9\-._~/]*$/;

/** A name that becomes a DNS label: most objects, the namespace, volumes, containers. At most 63 characters. */
export function checkLabelName(problems: Problems, path: string, value: string, max = 63): void {
  if (value.length <= max && LABEL.test(value)) return;
  problems.add(
    path,
    `${shown(value)} is not a DNS label; ${rule('lower-case letters, digits and "-"', max)}${suggest(value, max)}`,
  );
}

/** A Service name: a DNS label that starts with a letter (RFC 1035). */
export function checkServiceName(problems: Problems, path: string, value: string): void {
  if (value.length <= 63 && SERVICE_LABEL.test(value)) return;
  problems.add(
    path,
    `${shown(value)} is not a Service name; ${rule('lower-case letters, digits and "-"', 63, 'starting with a letter and ending with a letter or digit')}${suggest(value, 63)}`,
  );
}

/** An object name that may hold dots: ConfigMap, ServiceAccount, BackendConfig, Ingress. At most 253 characters. */
export function checkSubdomainName(problems: Problems, path: string, value: string): void {
  if (value.length <= 253 && value.split('.').every((part) => part.length <= 63 && LABEL.test(part))) return;
  problems.add(
    path,
    `${shown(value)} is not a DNS name; ${rule('lower-case letters, digits, "-" and "."', 253)}, at most 63 between dots${suggest(value, 63)}`,
  );
}

/** Where a volume is mounted in a container: a folder of its own. */
export function checkMountPath(problems: Problems, path: string, value: string): void {
  const usable = (part: string) => /^[-._~A-Za-z0-9]+$/.test(part) && part !== '.' && part !== '..';
  const parts = value.split('/').slice(1);
  if (value.startsWith('/') && parts.every(usable)) return;
  const better = `/${value.split('/').filter(usable).join('/')}`;
  problems.add(
    path,
    `${shown(value)} is not a folder to mount a volume at; give an absolute path of letters, digits and "-._~" without "/" at its end, such as ${shown(better === '/' ? '/home/app' : better)}`,
  );
}

/** A host that a balancer routes by: a full DNS name, without scheme, port, path or wildcard. */
export function checkHost(problems: Problems, path: string, value: string): void {
  const ok =
    value.length <= 253 &&
    value.includes('.') &&
    value.split('.').every((part) => part.length <= 63 && LABEL.test(part)) &&
    // What ends with a number is read as an address.
    !/\.\d+$/.test(value);
  if (ok) return;
  const bare = /^(?:[a-z]+:\/\/)?([^/:]+)/i.exec(value)?.[1]?.toLowerCase();
  const hint = bare !== undefined && bare !== value && bare.includes('.') ? `; did you mean "${bare}"?` : '';
  problems.add(
    path,
    `${shown(value)} is not a host; give a full DNS name without scheme, port or path, such as "app.example.com"${hint}`,
  );
}

/** A host, or all of the hosts one level below one: `*.example.com`. */
export function checkHostOrWildcard(problems: Problems, path: string, value: string): void {
  if (!value.startsWith('*.')) {
    checkHost(problems, path, value);
    return;
  }
  const below = new Problems();
  checkHost(below, '', value.slice(2));
  if (below.found.length === 0) return;
  problems.add(
    path,
    `${shown(value)} is not a host; give a full DNS name with "*." in front of it, such as "*.example.com"`,
  );
}

/** An absolute URL path made of characters that mean only themselves everywhere the path is written. */
export function checkUrlPath(problems: Problems, path: string, value: string): void {
  if (URL_PATH.test(value) && !value.includes('//') && !value.split('/').includes('..')) return;
  problems.add(
    path,
    `${shown(value)} is not a usable URL path; start with "/" and use letters, digits and "-._~/" only, without "//" or ".."`,
  );
}

/**
 * A path that something polls. The Socket.IO endpoint is refused: every request without a session id opens an Engine.IO
 * session that lives until the ping timeout, so a probe fills the server with phantom clients.
 */
export function checkProbePath(problems: Problems, path: string, value: string): void {
  checkUrlPath(problems, path, value);
  if (/(^|\/)(socket\.io|engine\.io)(\/|$)/.test(value)) {
    problems.add(
      path,
      `${shown(value)} is the Socket.IO endpoint: each probe would open a session that lives until the ping timeout; ` +
        'probe a plain HTTP path such as "/health"',
    );
  }
}

/** A whole number within bounds. */
export function checkInteger(problems: Problems, path: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  problems.add(path, `${shown(value)} is out of range; give a whole number from ${min} to ${max}`);
}

/** A TCP port. */
export function checkPort(problems: Problems, path: string, value: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= 65535) return;
  problems.add(path, `${shown(value)} is not a port; give a whole number from 1 to 65535`);
}

/** The name of an environment variable. */
export function checkEnvName(problems: Problems, path: string, value: string): void {
  if (ENV_NAME.test(value)) return;
  problems.add(
    path,
    `${shown(value)} is not an environment variable name; use letters, digits and "_", not starting with a digit`,
  );
}

/** A label value: at most 63 letters, digits, "-", "_" and ".". */
export function checkLabelValue(problems: Problems, path: string, value: string): void {
  if (value.length <= 63 && LABEL_VALUE.test(value)) return;
  problems.add(
    path,
    `${shown(value)} is not a label value; use at most 63 letters, digits, "-", "_" and ".", starting and ending with a letter or digit`,
  );
}

/**
 * A reference of a container image, with or without a version.
 *
 * @see https://github.com/distribution/reference/blob/main/reference.go
 */
export function checkImageReference(problems: Problems, path: string, value: string): void {
  if (IMAGE.test(value)) return;
  problems.add(
    path,
    `${shown(value)} is not an image reference; give repository and tag, such as "chat-backend:1.4.2"${value.includes('@') ? ', or a digest: "sha256:" and 64 hexadecimal digits' : ''}`,
  );
}

/** A container image reference with a tag or digest, because `latest` makes a rollout unrepeatable. */
export function checkImage(problems: Problems, path: string, value: string): void {
  const before = problems.found.length;
  checkImageReference(problems, path, value);
  if (problems.found.length > before) return;
  const last = value.slice(value.lastIndexOf('/') + 1);
  if ((!last.includes(':') && !last.includes('@')) || /:latest$/.test(last)) {
    problems.add(
      path,
      `${shown(value)} names no fixed version; add a tag or digest, such as "${value.replace(/:latest$/, '')}:1.0.0"`,
    );
  }
}

function rule(allowed: string, max: number, ends = 'starting and ending with a letter or digit'): string {
  return `use at most ${max} ${allowed}, ${ends}`;
}

function suggest(value: string, max: number): string {
  const better = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, max);
  return better !== '' && better !== value ? `, such as "${better}"` : '';
}
