import type { Watched } from '../../lib/observability';
import { deriveTiming } from '../../lib/timing';
import { type SITUATIONS, situationsOf } from './situations';

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

const POD = 'namespace="shop",pod="chat-0"';
const OTHER = 'namespace="shop",pod="chat-1"';
const YES = [{}];
const NO: readonly Readonly<Record<string, string>>[] = [];

const of = (name: string, labels = '', pod = POD) => `${name}{${labels === '' ? '' : `${labels},`}${pod}}`;
const cases = (alert: string, ...list: readonly Omit<Case, 'alert'>[]): readonly Case[] =>
  list.map((one) => ({ alert: `WebSocket${alert}`, ...one }));

const OPENED = 'ws_connections_total';
const OPEN = 'ws_connections';
const churn = (perScrape: number) => ({ [of(OPENED)]: `0+${perScrape}x80`, [of(OPEN)]: '1000x80' });

const REASON = 'socket_disconnect_total';
const disconnects = (reason: string, wrong: string, right: string) => ({
  [of(REASON, `reason="${reason}"`)]: wrong,
  [of(REASON, 'reason="client namespace disconnect"')]: right,
});

const HEALTH = 'http_requests_total';
const health = (wrong: string, right: string) => ({
  [of(HEALTH, 'endpoint="/health",status="503"')]: wrong,
  [of(HEALTH, 'endpoint="/health",status="200"')]: right,
});

const PROBES = 'prober_probe_total';
const probes = (wrong: string, right: string) => ({
  [of(PROBES, 'probe_type="Readiness",result="failed"')]: wrong,
  [of(PROBES, 'probe_type="Readiness",result="successful"')]: right,
});

const RECONNECT = 'socket_reconnect_duration_seconds';
const reconnects = (sum: string, count: string) => ({
  [of(`${RECONNECT}_sum`)]: sum,
  [of(`${RECONNECT}_count`)]: count,
});

const REPLAY = 'message_replay_total';
const replays = (wrong: string, right: string) => ({
  [of(REPLAY, 'source="log",status="failed"')]: wrong,
  [of(REPLAY, 'source="log",status="success"')]: right,
});

const BAD = 'socket_io_http_400_errors_total';
const ATTEMPTS = 'socket_io_handshake_attempts_total';
const SUCCESSES = 'socket_io_handshake_success_total';
const unknown = (wrong: string, right: string) => ({ [of(BAD, 'code="1"')]: wrong, [of(SUCCESSES)]: right });
const handshakes = (attempts: string, successes: string) => ({ [of(ATTEMPTS)]: attempts, [of(SUCCESSES)]: successes });

const LIVED = 'connection_duration_seconds';
const BROKEN = 'transport="web_sockets",reason="transport close",clean="false",status="error"';
const GOOD = 'transport="web_sockets",reason="transport close",clean="true",status="normal_closure"';
const LIFETIMES = [28, 33, 47, 55, 65, 90, 110, 130, 3500, 3700];
/** Broken connections, so many of them up to each age. */
const ages = (below: string, upTo: number, from: string, rest: string) =>
  Object.fromEntries([
    ...LIFETIMES.map((le) => [of(`${LIVED}_bucket`, `le="${le}",${BROKEN}`), le < upTo ? below : from]),
    [of(`${LIVED}_bucket`, `le="+Inf",${BROKEN}`), rest],
    [of(`${LIVED}_count`, BROKEN), rest],
  ]);

const DELETION = 'kube_pod_deletion_timestamp';
const LAG = 'event_loop_lag_seconds';
const lag = (count: string, quick: string, pod = POD) => ({
  [of(`${LAG}_count`, '', pod)]: count,
  [of(`${LAG}_bucket`, 'le="1"', pod)]: quick,
});
const BEAT = 'heartbeat_latency_seconds';
const beats = (count: string, quick: string) => ({
  [of(`${BEAT}_count`)]: count,
  [of(`${BEAT}_bucket`, 'le="5"')]: quick,
});
const RECOVERED = 'socket_recoveries_total';
const recoveries = (lost: string, recovered: string) => ({
  [of(RECOVERED, 'status="lost"')]: lost,
  [of(RECOVERED, 'status="recovered"')]: recovered,
});
const STARTED = 'process_start_time_seconds';

/** Every burn of an objective, with errors of which `wrong` in 1000 fail, long enough for its longest window. */
const burns = (
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
const WINDOWS = [
  ['1h', '2h'],
  ['6h', '7h'],
  ['1d', '7h'],
  ['3d', '8h'],
] as const;

const OWN: readonly Case[] = [
  ...cases(
    'ChurnWarning',
    { what: 'six in a hundred a minute', at: '25m', fires: YES, series: churn(30) },
    { what: 'four in a hundred a minute', at: '25m', fires: NO, series: churn(20) },
    { what: 'missed scrapes', at: '25m', fires: YES, series: { ...churn(30), [of(OPENED)]: '0+30x20 _ _ 660+30x60' } },
    {
      what: 'a counter that starts again',
      at: '30m',
      fires: NO,
      series: { ...churn(20), [of(OPENED)]: '0+20x40 0+20x40' },
    },
    {
      what: 'a rollout of five minutes',
      at: '15m',
      fires: NO,
      series: { ...churn(20), [of(OPENED)]: '0+20x20 400+100x10 1400+20x40' },
    },
    {
      what: 'two people at night',
      at: '25m',
      fires: NO,
      series: { [of(OPENED)]: '0 0 1 1 1 1 1 2 2 2+0x60', [of(OPEN)]: '1x80' },
    },
  ),
  ...cases(
    'ChurnCritical',
    { what: 'twelve in a hundred a minute', at: '25m', fires: YES, series: churn(60) },
    { what: 'eight in a hundred a minute', at: '25m', fires: NO, series: churn(40) },
    { what: 'nobody there', at: '25m', fires: NO, series: { [of(OPENED)]: '0x80', [of(OPEN)]: '0x80' } },
    {
      what: 'one pod is replaced by another',
      at: '25m',
      fires: NO,
      series: {
        [of(OPENED)]: '0+20x20 _x60',
        [of(OPEN)]: '500x20 _x60',
        [of(OPENED, '', OTHER)]: '_x21 0+20x60',
        [of(OPEN, '', OTHER)]: '_x21 500x60',
      },
    },
  ),
  ...cases(
    'TransportClose',
    { what: 'closed tabs', at: '15m', fires: YES, series: disconnects('transport close', '0+5x40', '0+95x40') },
    { what: 'none', at: '15m', fires: NO, series: disconnects('transport close', '0x40', '0+95x40') },
    {
      what: 'one person at night',
      at: '15m',
      fires: NO,
      series: disconnects('transport close', '0 0 1 1 2+0x40', '0x44'),
    },
  ),
  ...cases(
    'HeartbeatTimeout',
    { what: 'one in ten', at: '15m', fires: YES, series: disconnects('ping timeout', '0+10x40', '0+90x40') },
    { what: 'three in a hundred', at: '15m', fires: NO, series: disconnects('ping timeout', '0+3x40', '0+97x40') },
    {
      what: 'missed scrapes',
      at: '15m',
      fires: NO,
      series: disconnects('ping timeout', '0+3x10 _ _ 39+3x30', '0+97x10 _ _ 1261+97x30'),
    },
    {
      what: 'a process that starts again',
      at: '15m',
      fires: NO,
      series: disconnects('ping timeout', '0+3x20 0+3x20', '0+97x20 0+97x20'),
    },
    { what: 'one person at night', at: '15m', fires: NO, series: disconnects('ping timeout', '0 0 1 1+0x40', '0x43') },
  ),
  ...cases(
    'HealthChecks',
    { what: 'a fifth', at: '15m', fires: YES, series: health('0+2x40', '0+8x40') },
    { what: 'one in twenty', at: '15m', fires: NO, series: health('0+1x40', '0+19x40') },
    { what: 'a pod that starts again', at: '15m', fires: NO, series: health('0+1x20 0+1x20', '0+19x20 0+19x20') },
    { what: 'no checks', at: '15m', fires: NO, series: health('0x40', '0x40') },
  ),
  ...cases(
    'ReadinessProbes',
    { what: 'one in ten', at: '15m', fires: YES, series: probes('0+1x40', '0+9x40') },
    { what: 'none', at: '15m', fires: NO, series: probes('0x40', '0+10x40') },
  ),
  ...cases(
    'ReconnectTime',
    { what: 'eight seconds', at: '15m', fires: YES, series: reconnects('0+80x40', '0+10x40') },
    { what: 'two seconds', at: '15m', fires: NO, series: reconnects('0+20x40', '0+10x40') },
    { what: 'one slow person', at: '15m', fires: NO, series: reconnects('0 0 30 30+0x40', '0 0 1 1+0x40') },
  ),
  ...cases(
    'FailedResumes',
    { what: 'one in ten', at: '15m', fires: YES, series: replays('0+1x40', '0+9x40') },
    { what: 'one in a hundred', at: '15m', fires: NO, series: replays('0+1x40', '0+99x40') },
  ),
  ...cases(
    'NoMetrics',
    { what: 'no pod is found', at: '15m', fires: YES, series: { 'up{job="other"}': '1x40' } },
    { what: 'one of two pods', at: '15m', fires: NO, series: { [of(OPEN)]: '_x40', [of(OPEN, '', OTHER)]: '0x40' } },
    { what: 'missed scrapes', at: '15m', fires: NO, series: { [of(OPEN)]: '5x10 _x4 5x40' } },
    {
      what: 'pods of another system',
      at: '15m',
      fires: YES,
      series: { [of(OPEN, '', 'namespace="shop",pod="cart-0"')]: '5x40' },
    },
    {
      what: 'pods of a system whose name begins the same',
      at: '15m',
      fires: YES,
      series: { [of(OPEN, '', 'namespace="shop",pod="chat-worker-0"')]: '5x40' },
    },
    {
      what: 'a pod of a Deployment',
      at: '15m',
      fires: NO,
      series: { [of(OPEN, '', 'namespace="shop",pod="chat-6b7d8f9c54-x7k2p"')]: '5x40' },
    },
  ),
  ...cases(
    'UnknownSessions',
    { what: 'every second poll', at: '10m', fires: YES, series: unknown('0+10x30', '0+10x30') },
    { what: 'a restart', at: '10m', fires: NO, series: unknown('0 0 0 5 5+0x30', '0+10x34') },
    { what: 'nobody there', at: '10m', fires: NO, series: unknown('0x30', '0x30') },
    { what: 'counters that start again', at: '10m', fires: NO, series: unknown('0x30', '0+10x15 0+10x15') },
  ),
  ...cases(
    'CutAtOneAge',
    { what: 'all at 30 s', at: '15m', fires: [{ age: '30' }], series: ages('0x40', 33, '0+10x40', '0+10x40') },
    { what: 'all at an hour', at: '15m', fires: [{ age: '3600' }], series: ages('0x40', 3700, '0+10x40', '0+10x40') },
    { what: 'a third at 60 s', at: '15m', fires: NO, series: ages('0+2x40', 65, '0+5x40', '0+10x40') },
    {
      what: 'four people at night',
      at: '15m',
      fires: NO,
      series: ages('0x40', 33, '0 0 1 2 3 4+0x40', '0 0 1 2 3 4+0x40'),
    },
    {
      what: 'missed scrapes',
      at: '15m',
      fires: [{ age: '30' }],
      series: ages('0x40', 33, '0+10x10 _ _ 130+10x30', '0+10x10 _ _ 130+10x30'),
    },
  ),
  ...cases(
    'ClosedAtOnce',
    {
      what: 'eighty of a hundred, on a pod that stays',
      at: '10m30s',
      fires: [{ pod: 'chat-0' }],
      series: { [of(`${LIVED}_count`, BROKEN)]: '0x19 80x40', [of(OPEN)]: '100x19 20x40' },
    },
    {
      what: 'a pod that drains',
      at: '10m30s',
      fires: NO,
      series: {
        [of(`${LIVED}_count`, BROKEN)]: '0x19 80x40',
        [of(OPEN)]: '100x19 20x40',
        [of(DELETION)]: '_x15 720x40',
      },
    },
    {
      what: 'one in ten',
      at: '10m30s',
      fires: NO,
      series: { [of(`${LIVED}_count`, BROKEN)]: '0x19 80x40', [of(OPEN)]: '800x60' },
    },
    {
      what: 'a pod that is replaced by one of its name',
      at: '10m30s',
      fires: NO,
      series: { [of(`${LIVED}_count`, BROKEN)]: '500x16 _ _ 0x40', [of(OPEN)]: '100x16 _ _ 5x40' },
    },
  ),
  ...cases(
    'ReconnectStorm',
    { what: 'everybody', at: '10m30s', fires: YES, series: { [of(ATTEMPTS)]: '0x19 100x40', [of(OPEN)]: '100x60' } },
    {
      what: 'a third, from one pod of three',
      at: '10m30s',
      fires: NO,
      series: { [of(ATTEMPTS)]: '0x19 33x40', [of(OPEN)]: '100x60' },
    },
    {
      what: 'the first people in the morning',
      at: '10m30s',
      fires: NO,
      series: { [of(ATTEMPTS)]: '0x19 30x40', [of(OPEN)]: '3x60' },
    },
  ),
  ...cases(
    'DrainOverrun',
    // The evaluation is 600 s after the beginning of time.
    {
      what: 'ten seconds before it is killed',
      at: '10m',
      fires: [{ pod: 'chat-0' }],
      series: { [of(DELETION)]: '_x15 610x10' },
    },
    { what: 'while it drains', at: '10m', fires: NO, series: { [of(DELETION)]: '_x15 1400x10' } },
    { what: 'a pod that is gone', at: '20m', fires: NO, series: { [of(DELETION)]: '_x15 610x4' } },
  ),
  ...cases(
    'Imbalance',
    {
      what: 'one has nearly all',
      at: '40m',
      fires: YES,
      series: {
        [of(OPEN)]: '900x90',
        [of(OPEN, '', OTHER)]: '10x90',
        [of(OPEN, '', 'namespace="shop",pod="chat-2"')]: '10x90',
      },
    },
    { what: 'even', at: '40m', fires: NO, series: { [of(OPEN)]: '500x90', [of(OPEN, '', OTHER)]: '450x90' } },
    {
      what: 'three people',
      at: '40m',
      fires: NO,
      series: {
        [of(OPEN)]: '3x90',
        [of(OPEN, '', OTHER)]: '0x90',
        [of(OPEN, '', 'namespace="shop",pod="chat-2"')]: '0x90',
      },
    },
  ),
  ...cases(
    'NearlyFull',
    { what: 'nine tenths', at: '15m', fires: YES, series: { [of(OPEN)]: '900x40' } },
    { what: 'half', at: '15m', fires: NO, series: { [of(OPEN)]: '500x40' } },
  ),
  ...cases(
    'EventLoop',
    {
      what: 'a pause in each minute',
      at: '10m',
      fires: [{ pod: 'chat-0' }],
      series: { ...lag('0+300x30', '0+299x30'), ...lag('0+300x30', '0+300x30', OTHER) },
    },
    { what: 'one pause', at: '10m', fires: NO, series: lag('0+300x30', '0+300x15 4799+300x15') },
    {
      what: 'a process that starts again',
      at: '10m',
      fires: NO,
      series: lag('0+300x12 0+300x20', '0+300x12 0+300x20'),
    },
  ),
  ...cases(
    'LateAnswers',
    { what: 'one in ten', at: '15m', fires: YES, series: beats('0+100x40', '0+90x40') },
    { what: 'one in a thousand', at: '15m', fires: NO, series: beats('0+1000x40', '0+999x40') },
    { what: 'nobody there', at: '15m', fires: NO, series: beats('0x40', '0x40') },
  ),
  ...cases(
    'LostSessions',
    { what: 'all of them', at: '25m', fires: YES, series: recoveries('0+10x60', '0x60') },
    { what: 'a rollout of five minutes', at: '25m', fires: NO, series: recoveries('0x30 0+10x10 100x30', '0+1x70') },
  ),
  ...cases(
    'RolloutRegression',
    {
      what: 'new pods refuse a tenth',
      at: '2h',
      fires: YES,
      series: { ...handshakes('0+100x260', '0+100x215 21500+90x45'), [of(STARTED)]: '0x215 6480x45' },
    },
    {
      what: 'new pods that are well',
      at: '2h',
      fires: NO,
      series: { ...handshakes('0+100x260', '0+100x260'), [of(STARTED)]: '0x215 6480x45' },
    },
    {
      what: 'the same on old pods',
      at: '2h',
      fires: NO,
      series: { ...handshakes('0+100x260', '0+100x215 21500+90x45'), [of(STARTED)]: '0x260' },
    },
  ),
  ...burns('Handshakes', WINDOWS, (wrong) => handshakes('0+1000x1000', `0+${1000 - wrong}x1000`)),
  ...burns('Lifetimes', WINDOWS, (wrong) => ({
    [of(`${LIVED}_count`, BROKEN)]: `0+${wrong}x1000`,
    [of(`${LIVED}_count`, GOOD)]: `0+${1000 - wrong}x1000`,
  })),
  ...cases('HandshakesBudget1h', {
    what: 'one failure of three at night',
    at: '2h',
    fires: NO,
    series: handshakes('0x100 1 2 3+0x200', '0x100 1 2 2+0x200'),
  }),
];

/** Of each alert its own cases, and the four situations that any system comes into. */
export const CASES: readonly Case[] = [...new Set(OWN.map(({ alert }) => alert))].flatMap((alert) => {
  const own = OWN.filter((one) => one.alert === alert);
  const [fires, quiet] = [true, false].map((raised) => own.find((one) => one.fires.length > 0 === raised));
  if (fires === undefined || quiet === undefined) throw new Error(`${alert} has no case of each kind`);
  return [...own, ...situationsOf(fires, quiet)];
});
