import {
  ATTEMPTS,
  ages,
  BROKEN,
  beats,
  burns,
  type Case,
  cases,
  DELETION,
  GOOD,
  handshakes,
  LIVED,
  lag,
  NO,
  OPEN,
  OTHER,
  of,
  recoveries,
  STARTED,
  WINDOWS,
  YES,
} from './case-parts';

/** The second half of the table. */
export const MORE: readonly Case[] = [
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
