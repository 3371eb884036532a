import type { Watched } from '../../lib/observability';
import { deriveTiming } from '../../lib/timing';
import type { SITUATIONS } from './situations';

/** The system of every case. */
export const WATCHED: Watched = { namespace: 'shop', name: 'chat', timing: deriveTiming(), maxConnections: 1000 };
export const RUNBOOK = 'https://example.com/runbook';

/** One situation, as the metrics show it, and whether an alert is raised in it. */
export interface Case {
  readonly alert: string;
  readonly what: string;
  /** When it is asked. */
  readonly at: string;
  /** For how many scrapes after that it is asked again. @default 0 */
  readonly until?: number;
  /** @default - a case of its own */
  readonly situation?: (typeof SITUATIONS)[number];
  /** The labels that each raised alert has beside those of its rule; none where it must not be raised. */
  readonly fires: readonly Readonly<Record<string, string>>[];
  /** Samples every 30 s, in promtool's notation. */
  readonly series: Readonly<Record<string, string>>;
}

export const POD = 'namespace="shop",pod="chat-0"';
export const OTHER = 'namespace="shop",pod="chat-1"';
export const YES = [{}];
export const NO: readonly Readonly<Record<string, string>>[] = [];

export const of = (name: string, labels = '', pod = POD) => `${name}{${labels === '' ? '' : `${labels},`}${pod}}`;
export const cases = (alert: string, ...list: readonly Omit<Case, 'alert'>[]): readonly Case[] =>
  list.map((one) => ({ alert: `WebSocket${alert}`, ...one }));

export const OPENED = 'ws_connections_total';
export const OPEN = 'ws_connections';
export const churn = (perScrape: number) => ({ [of(OPENED)]: `0+${perScrape}x80`, [of(OPEN)]: '1000x80' });

export const REASON = 'socket_disconnect_total';
export const disconnects = (reason: string, wrong: string, right: string) => ({
  [of(REASON, `reason="${reason}"`)]: wrong,
  [of(REASON, 'reason="client namespace disconnect"')]: right,
});

export const HEALTH = 'http_requests_total';
export const health = (wrong: string, right: string) => ({
  [of(HEALTH, 'endpoint="/health",status="503"')]: wrong,
  [of(HEALTH, 'endpoint="/health",status="200"')]: right,
});

export const PROBES = 'prober_probe_total';
export const probes = (wrong: string, right: string) => ({
  [of(PROBES, 'probe_type="Readiness",result="failed"')]: wrong,
  [of(PROBES, 'probe_type="Readiness",result="successful"')]: right,
});

export const RECONNECT = 'socket_reconnect_duration_seconds';
export const reconnects = (sum: string, count: string) => ({
  [of(`${RECONNECT}_sum`)]: sum,
  [of(`${RECONNECT}_count`)]: count,
});

export const REPLAY = 'message_replay_total';
export const replays = (wrong: string, right: string) => ({
  [of(REPLAY, 'source="log",status="failed"')]: wrong,
  [of(REPLAY, 'source="log",status="success"')]: right,
});

export const BAD = 'socket_io_http_400_errors_total';
export const ATTEMPTS = 'socket_io_handshake_attempts_total';
export const SUCCESSES = 'socket_io_handshake_success_total';
export const unknown = (wrong: string, right: string) => ({ [of(BAD, 'code="1"')]: wrong, [of(SUCCESSES)]: right });
export const handshakes = (attempts: string, successes: string) => ({
  [of(ATTEMPTS)]: attempts,
  [of(SUCCESSES)]: successes,
});

export const LIVED = 'connection_duration_seconds';
export const BROKEN = 'transport="web_sockets",reason="transport close",clean="false",status="error"';
export const GOOD = 'transport="web_sockets",reason="transport close",clean="true",status="normal_closure"';
export const LIFETIMES = [28, 33, 47, 55, 65, 90, 110, 130, 3500, 3700];
/** Broken connections, so many of them up to each age. */
export const ages = (below: string, upTo: number, from: string, rest: string) =>
  Object.fromEntries([
    ...LIFETIMES.map((le) => [of(`${LIVED}_bucket`, `le="${le}",${BROKEN}`), le < upTo ? below : from]),
    [of(`${LIVED}_bucket`, `le="+Inf",${BROKEN}`), rest],
    [of(`${LIVED}_count`, BROKEN), rest],
  ]);

export const DELETION = 'kube_pod_deletion_timestamp';
export const LAG = 'event_loop_lag_seconds';
export const lag = (count: string, quick: string, pod = POD) => ({
  [of(`${LAG}_count`, '', pod)]: count,
  [of(`${LAG}_bucket`, 'le="1"', pod)]: quick,
});
export const BEAT = 'heartbeat_latency_seconds';
export const beats = (count: string, quick: string) => ({
  [of(`${BEAT}_count`)]: count,
  [of(`${BEAT}_bucket`, 'le="5"')]: quick,
});
export const RECOVERED = 'socket_recoveries_total';
export const recoveries = (lost: string, recovered: string) => ({
  [of(RECOVERED, 'status="lost"')]: lost,
  [of(RECOVERED, 'status="recovered"')]: recovered,
});
export const STARTED = 'process_start_time_seconds';

/** Every burn of an objective, with errors of which `wrong` in 1000 fail, long enough for its longest window. */
export const burns = (
  objective: string,
  windows: readonly (readonly [string, string])[],
  series: (wrong: number) => Case['series'],
) =>
  windows.flatMap(([window, at]) =>
    cases(
      `${objective}Budget${window}`,
      { what: 'a fifth fails', at, fires: YES, series: series(200) },
      { what: 'as much fails as is allowed', at, fires: NO, series: series(objective === 'Handshakes' ? 0 : 5) },
    ),
  );
export const WINDOWS = [
  ['1h', '2h'],
  ['6h', '7h'],
  ['1d', '7h'],
  ['3d', '8h'],
] as const;
