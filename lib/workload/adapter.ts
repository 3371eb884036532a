import type * as kplus from 'cdk8s-plus-28';
import { checkSubdomainName } from '../input/kubernetes';
import { type Problems, shown } from '../input/problems';
import { anything, type Field, flag, object, optional, text } from '../input/shape';
import type * as k8s from '../synth/k8s';
import { checkEgressTarget, EGRESS_FIELD, type EgressTarget } from './network-policy';

/**
 * How a message finds clients that are connected to another pod. Affinity does not do that: it keeps one client on one pod, and an adapter carries
 * what this client's pod has to say to everybody else's. Neither replaces the other.
 *
 * @see https://socket.io/docs/v4/adapter/
 */
export type AdapterProps = NoAdapter | RedisAdapterProps;

/** Every pod knows its own clients and nobody else's. */
export interface NoAdapter {
  readonly kind: 'none';
  /**
   * Says that this is right with several pods, because no client has anything to do with a client of another pod: a workspace for each
   * user, a stream of prices that every pod reads for itself.
   *
   * @default false
   */
  readonly podsAreIndependent?: boolean;
}

/** Messages between pods go through Redis. */
export interface RedisAdapterProps {
  /**
   * - `redis-streams`: what was sent while Redis was out of reach is delivered later, and a client that was cut off gets what it missed
   *   (connection state recovery), from another pod too.
   * - `redis-pub-sub`: what was sent while Redis was out of reach is lost, and nothing is recovered.
   *
   * @see https://socket.io/docs/v4/redis-streams-adapter/
   * @see https://socket.io/docs/v4/redis-adapter/
   */
  readonly kind: 'redis-streams' | 'redis-pub-sub';

  /**
   * Where the URL of the connection stands, such as `rediss://user:password@redis:6379`: a Secret and its key. Never the URL itself, because whoever can
   * publish to this Redis can forge messages to every client.
   */
  readonly url: kplus.SecretValue | NamedSecretValue;

  /**
   * Where Redis listens, so that the pods may call it there and nowhere else.
   *
   * @default - in a pod of the same namespace, which the pods reach anyway
   */
  readonly at?: EgressTarget;
}

/** A value in a Secret that is known by its name, for literals that stand in no chart. */
export interface NamedSecretValue {
  /** Name of the Secret, in the namespace of the server. */
  readonly secretName: string;
  readonly key: string;
}

/** The environment variables that an adapter writes. */
export const ADAPTER_VARIABLES: readonly string[] = ['SOCKET_ADAPTER', 'REDIS_URL'];

const NONE: NoAdapter = Object.freeze({ kind: 'none' });

const KINDS: readonly AdapterProps['kind'][] = ['none', 'redis-streams', 'redis-pub-sub'];

const NO_ADAPTER = object<NoAdapter>({ kind: text('none'), podsAreIndependent: optional(flag) });

const REDIS = object<RedisAdapterProps>({ kind: text('redis-streams'), url: anything, at: optional(EGRESS_FIELD) });

/** An adapter among the properties of something. */
export const ADAPTER_FIELD: Field = {
  optional: false,
  allowed:
    'an adapter, such as { kind: "redis-streams", url: { secret, key } } or { kind: "none", podsAreIndependent: true }',
  standIn: NONE,
  read: (problems, path, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // A kind that is not known is told by whoever reads the adapter.
    if (!('kind' in value) || !KINDS.includes(value.kind as never)) return value;
    return (value.kind === 'none' ? NO_ADAPTER : REDIS).read(problems, path, value);
  },
};

/** Reads the adapter of a server of up to `pods` pods. */
export function readAdapter(problems: Problems, given: AdapterProps | undefined, pods: number): AdapterProps {
  const adapter = given ?? NONE;
  if (!KINDS.includes(adapter.kind)) {
    problems.add(
      'kind',
      `${adapter.kind === undefined ? 'is missing' : `${shown(adapter.kind)} is unknown`}; give one of ${KINDS.join(', ')}`,
    );
    return NONE;
  }
  if (adapter.kind === 'none') {
    // A number that is none was refused already.
    if (Number.isInteger(pods) && pods > 1 && adapter.podsAreIndependent !== true) {
      problems.add(
        '',
        `${pods} pods without an adapter: a message reaches the clients of the pod that sends it and nobody else's; give an adapter ` +
          `(kind "redis-streams" or "redis-pub-sub"), or say that pods need not talk to each other (kind "none", podsAreIndependent: true), or run one replica`,
      );
    }
    return adapter;
  }
  if (adapter.at !== undefined) checkEgressTarget(problems.at('at'), adapter.at);
  return isInSecret(problems, adapter.url) ? adapter : NONE;
}

function isInSecret(problems: Problems, url: RedisAdapterProps['url']): boolean {
  const { secret, secretName } = (url ?? {}) as Partial<kplus.SecretValue & NamedSecretValue>;
  const name = secretName ?? secret?.name;
  if (typeof name !== 'string') {
    problems.add(
      'url',
      'is not a Secret; the URL holds a password: put it into a Secret and give { secret, key } or { secretName, key }',
    );
    return false;
  }
  for (const [field, value] of Object.entries(url))
    if (value !== undefined && !['secret', 'secretName', 'key'].includes(field))
      problems.add(`url.${field}`, 'is not read by anything here; give { secret, key } or { secretName, key }');
  checkSubdomainName(problems, 'url.secretName', name);
  const { key } = url as { readonly key?: unknown };
  if (key === undefined)
    problems.add('url.key', 'is missing; name the key of the Secret that holds the URL, such as "url"');
  else if (typeof key !== 'string' || !/^[-._A-Za-z0-9]{1,253}$/.test(key))
    problems.add('url.key', `${shown(key)} is not a key of a Secret; use letters, digits, "-", "_" and "."`);
  return true;
}

/** What the application is told: `SOCKET_ADAPTER`, and `REDIS_URL` from the Secret. Nothing without an adapter. */
export function adapterEnvironment(adapter: AdapterProps): readonly k8s.EnvVar[] {
  if (adapter.kind === 'none') return [];
  const { url } = adapter;
  return [
    { name: 'SOCKET_ADAPTER', value: adapter.kind },
    {
      name: 'REDIS_URL',
      valueFrom: { secretKeyRef: { name: 'secretName' in url ? url.secretName : url.secret.name, key: url.key } },
    },
  ];
}

/** Where the pods may go for the adapter. */
export function adapterEgress(adapter: AdapterProps): readonly EgressTarget[] {
  return adapter.kind === 'none' || adapter.at === undefined ? [] : [adapter.at];
}
