import {
  type Case,
  cases,
  churn,
  disconnects,
  health,
  NO,
  OPEN,
  OPENED,
  OTHER,
  of,
  probes,
  reconnects,
  replays,
  unknown,
  YES,
} from './case-parts';
import { MORE } from './more-cases';
import { situationsOf } from './situations';

export { type Case, RUNBOOK, WATCHED } from './case-parts';

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
  ...MORE,
];

/** Of each alert its own cases, and the four situations that any system comes into. */
export const CASES: readonly Case[] = [...new Set(OWN.map(({ alert }) => alert))].flatMap((alert) => {
  const own = OWN.filter((one) => one.alert === alert);
  const [fires, quiet] = [true, false].map((raised) => own.find((one) => one.fires.length > 0 === raised));
  if (fires === undefined || quiet === undefined) throw new Error(`${alert} has no case of each kind`);
  return [...own, ...situationsOf(fires, quiet)];
});
