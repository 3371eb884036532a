import { configHashOf } from '../../manifest/config-hash';
import { listOf, mappingOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { CONTRACT } from '../../timing/contract';

/** What stands where a value was left out. */
export const HIDDEN = '[hidden]';

/** Variables whose values say how connections are held, and nothing about anybody. */
const HARMLESS = new Set([...Object.values(CONTRACT).map(({ variable }) => variable), 'PORT', 'NODE_ENV', 'HOST']);

const SECRET = /pass|token|secret|credential|api-?key|private|auth/i;

/**
 * An object without what must not leave the cluster: values of environment variables that the doctor does not know, arguments and annotations that look
 * like secrets, contents of ConfigMaps other than nginx's, and what `kubectl apply` keeps of all of them. Of the managers of its fields only the time of
 * the last change stays.
 */
export function redactObject(object: Manifest): Manifest {
  const { managedFields, ...metadata } = object.metadata as Manifest['metadata'] & { managedFields?: unknown };
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {})
      .filter(([name]) => name !== 'kubectl.kubernetes.io/last-applied-configuration')
      .map(([name, value]) => [name, SECRET.test(name.split('/').at(-1) ?? '') ? HIDDEN : value]),
  );
  const managers = listOf(managedFields).map(mappingOf);
  const changed = managers
    .filter(({ subresource }) => subresource === undefined)
    .map(({ time }) => String(time ?? ''))
    .sort()
    .at(-1);
  const kept: Manifest = {
    ...object,
    metadata: {
      ...metadata,
      ...(metadata.annotations === undefined ? {} : { annotations }),
      ...(changed === undefined ? {} : { changed }),
      managers: [...new Set(managers.map(({ manager }) => String(manager ?? '')))].sort(),
    },
  };
  if (object.kind === 'ConfigMap') {
    const data = Object.entries(mappingOf(object.data)).map(([key, value]) => [key, contents(key, String(value))]);
    // What stands for contents that are hidden: the hash that our own pod templates carry of theirs.
    const hashes = Object.entries(mappingOf(object.data)).map(([key, value]) => [key, configHashOf(String(value))]);
    const metadata = { ...kept.metadata, hashes: Object.fromEntries(hashes) };
    return {
      ...kept,
      metadata,
      data: Object.fromEntries(data),
      ...(object.binaryData === undefined ? {} : { binaryData: {} }),
    };
  }
  return inside(kept) as Manifest;
}

function contents(key: string, text: string): string {
  const nginx = /\.conf(\.template)?$|nginx/.test(key) && /\b(server|listen|location|upstream|http)\b/.test(text);
  return nginx ? text.replace(/((?:auth|secret|token|password|key)\S*\s+)"?[^\s";]{6,}"?;/gi, `$1${HIDDEN};`) : HIDDEN;
}

/** Hides what containers are told, wherever in the object they stand. */
function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, part]) => {
      if (field === 'env' && Array.isArray(part)) return [field, part.map(variable)];
      if ((field === 'args' || field === 'command') && Array.isArray(part)) return [field, part.map(argument)];
      return [field, inside(part)];
    }),
  );
}

function variable(entry: unknown): unknown {
  const { name, value } = mappingOf(entry);
  return value === undefined || HARMLESS.has(String(name)) ? entry : { ...mappingOf(entry), value: HIDDEN };
}

function argument(part: unknown): unknown {
  return String(part).replace(
    /(--?[\w-]*(?:pass|token|secret|key|auth)[\w-]*[= ])\S+|(:\/\/[^:/@\s]+:)[^@\s]+(?=@)/gi,
    (_all, flag?: string, url?: string) => `${flag ?? url}${HIDDEN}`,
  );
}
