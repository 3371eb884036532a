import { checkCidr } from '../../input/cidr';
import { checkInteger } from '../../input/kubernetes';
import { type Problems, shown } from '../../input/problems';

/** A set of signatures that Google maintains, after the OWASP Core Rule Set. */
export type PreconfiguredRules = (typeof PRECONFIGURED)[number];

/**
 * @see https://docs.cloud.google.com/armor/docs/waf-rules
 */
export const PRECONFIGURED = [
  'sqli-v33-stable',
  'xss-v33-stable',
  'lfi-v33-stable',
  'rfi-v33-stable',
  'rce-v33-stable',
  'methodenforcement-v33-stable',
  'scannerdetection-v33-stable',
  'protocolattack-v33-stable',
  'php-v33-stable',
  'sessionfixation-v33-stable',
  'java-v33-stable',
  'nodejs-v33-stable',
] as const;

/**
 * Periods over which Cloud Armor counts, in seconds.
 *
 * @see https://docs.cloud.google.com/armor/docs/rate-limiting-overview
 */
const INTERVALS: readonly number[] = [10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700, 3600];

/** The most requests that a limit can be set to. */
const MOST_REQUESTS = 1_000_000;

/** The most ranges that one rule takes. */
const RANGES_PER_RULE = 10;

/** What Cloud Armor does with requests before they reach a pod. A WebSocket is one request: what happens on it afterwards is not seen. */
export interface ArmorProps {
  /**
   * `logOnly`: every rule is evaluated and written to the balancer's log, and nothing is refused. Start with it: the text that users of an editor or a chat send by long-polling
   * looks like an attack to the preconfigured rules.
   *
   * @default "logOnly"
   * @see https://docs.cloud.google.com/armor/docs/security-policy-overview#preview_mode
   */
  readonly mode?: 'logOnly' | 'enforce';

  /**
   * How many requests one address may send. Everybody behind one NAT counts together, and a client on long-polling sends a request for every message: leave room.
   *
   * @default - no limit
   */
  readonly rateLimit?: RateLimit;

  /** Which of Google's signatures are looked for. @default - none */
  readonly preconfigured?: readonly PreconfiguredRules[];

  /**
   * How eager the signatures are: 1 finds least and errs least, 4 is the opposite.
   *
   * @default 1
   */
  readonly sensitivity?: number;

  /** IPv4 ranges that are refused. @default - none */
  readonly deny?: readonly string[];
}

/** A number of requests over a period. */
export interface RateLimit {
  /** 1 to 1,000,000. */
  readonly requests: number;
  /** One of the periods that Cloud Armor counts over, such as 60. */
  readonly perSeconds: number;
}

/** One rule in the fields of Cloud Armor. */
export interface ArmorRule {
  readonly action: string;
  readonly priority: number;
  readonly description: string;
  readonly preview: boolean;
  readonly match:
    | { readonly versionedExpr: 'SRC_IPS_V1'; readonly config: { readonly srcIpRanges: string[] } }
    | { readonly expr: { readonly expression: string } };
  readonly rateLimitOptions?: {
    readonly conformAction: 'allow';
    readonly exceedAction: 'deny(429)';
    readonly enforceOnKey: 'IP';
    readonly rateLimitThreshold: { readonly count: number; readonly intervalSec: number };
  };
}

/** Where the rules of each sort start; lower ones are asked first, and the first that matches decides. */
const PRIORITIES = { deny: 1000, preconfigured: 2000, rateLimit: 3000 } as const;

/** The rule that every policy must have, and what it takes that no other rule did. */
const DEFAULT_RULE: ArmorRule = {
  action: 'allow',
  priority: 2_147_483_647,
  description: 'everybody else',
  preview: false,
  match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
};

/** Notes everything wrong with the properties of a policy. */
export function checkArmor(problems: Problems, props: ArmorProps): void {
  const { mode = 'logOnly', rateLimit, preconfigured = [], sensitivity = 1, deny = [] } = props;
  if (mode !== 'logOnly' && mode !== 'enforce')
    problems.add('mode', `${shown(mode)} is unknown; give "logOnly" or "enforce"`);
  if (rateLimit !== undefined) {
    checkInteger(problems, 'rateLimit.requests', rateLimit.requests, 1, MOST_REQUESTS);
    if (!INTERVALS.includes(rateLimit.perSeconds)) {
      problems.add(
        'rateLimit.perSeconds',
        `${shown(rateLimit.perSeconds)} is not a period Cloud Armor counts over; give one of ${INTERVALS.join(', ')}`,
      );
    }
  }
  preconfigured.forEach((name, i) => {
    if (!PRECONFIGURED.includes(name))
      problems.add(`preconfigured[${i}]`, `${shown(name)} is unknown; give one of ${PRECONFIGURED.join(', ')}`);
  });
  checkInteger(problems, 'sensitivity', sensitivity, 1, 4);
  deny.forEach((range, i) => {
    checkCidr(problems, `deny[${i}]`, range);
  });
}

/** The rules of a policy, in the order in which they are asked. */
export function armorRules(props: ArmorProps): readonly ArmorRule[] {
  const { mode = 'logOnly', rateLimit, preconfigured = [], sensitivity = 1, deny = [] } = props;
  const preview = mode === 'logOnly';
  const ranges = Array.from({ length: Math.ceil(deny.length / RANGES_PER_RULE) }, (_, i) =>
    deny.slice(i * RANGES_PER_RULE, (i + 1) * RANGES_PER_RULE),
  );
  return [
    ...ranges.map(
      (srcIpRanges, i): ArmorRule => ({
        action: 'deny(403)',
        priority: PRIORITIES.deny + i,
        description: 'refused addresses',
        preview,
        match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges } },
      }),
    ),
    ...preconfigured.map(
      (name, i): ArmorRule => ({
        action: 'deny(403)',
        priority: PRIORITIES.preconfigured + i,
        description: name,
        preview,
        match: { expr: { expression: `evaluatePreconfiguredWaf('${name}', {'sensitivity': ${sensitivity}})` } },
      }),
    ),
    ...(rateLimit === undefined
      ? []
      : [
          {
            action: 'throttle',
            priority: PRIORITIES.rateLimit,
            description: `${rateLimit.requests} requests per address in ${rateLimit.perSeconds} s`,
            preview,
            match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
            rateLimitOptions: {
              conformAction: 'allow',
              exceedAction: 'deny(429)',
              enforceOnKey: 'IP',
              rateLimitThreshold: { count: rateLimit.requests, intervalSec: rateLimit.perSeconds },
            },
          } satisfies ArmorRule,
        ]),
    DEFAULT_RULE,
  ];
}
