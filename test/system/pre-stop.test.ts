import { drainCommand } from '../../lib/nginx';
import { preStopOf } from '../../lib/system';

/** What a hook says of itself: for how long it waits, whether that can be read, and whether it ends the process. */
function told(preStop: object): readonly [seconds: number, readable: boolean, signals: boolean] | undefined {
  const hook = preStopOf({ name: 'web', path: [], value: { lifecycle: { preStop } } } as never);
  return hook === undefined ? undefined : [hook.seconds, hook.readable, hook.signals];
}

const COMMANDS: readonly (readonly [command: string, seconds: number, readable: boolean, signals: boolean])[] = [
  ['sleep 10', 10, true, false],
  ['sleep   10', 10, true, false],
  ['sleep 2.25', 2.25, true, false],
  ['sleep 2s', 2, true, false],
  ['sleeping 10', 0, false, false],
  ['# sleep 100\nsleep 5', 5, true, false],
  ['sleep 1m', 60, true, false],
  ['sleep 1h', 3600, true, false],
  ['/bin/sleep 10', 10, true, false],
  ['/usr/bin/sleep 10', 10, true, false],
  ['sleep "10"', 10, true, false],
  ['oversleep 10', 0, false, false],
  ['sleep 10; sleep 5 && sleep 1', 16, true, false],
  ['(sleep 5)', 5, true, false],
  ['sh -c sleep 5', 5, true, false],
  ['bash -ec sleep 5', 5, true, false],
  ['sh -c "touch /tmp/x && sleep 5"', 5, true, false],
  ['touch /tmp/x\nsleep 5', 5, true, false],
  ['echo bye | cat', 0, true, false],
  // The hook that this library writes for nginx.
  [`sleep 120; ${drainCommand('/tmp/drain')}`, 120, true, false],
  ['echo "bye; drain now"; sleep 5', 5, true, false],
  ['echo "$(drain; now)"', 0, false, false],
  ["echo 'bye'; drain 'x'", 0, false, false],
  ['true || sleep 5', 5, true, false],
  ['{ sleep 5; }', 5, true, false],
  ['sleep 5 # not sleep 50', 5, true, false],
  ['# sleep 50', 0, true, false],
  ['echo a#b sleep 5', 5, true, false],
  ['/opt/drain.sh', 0, false, false],
  ['/opt/bin/sleepy', 0, false, false],
  ['sh /opt/drain.sh', 0, false, false],
  ['/bin/bash -x /opt/drain.sh', 0, false, false],
  ['sh -e -c "sleep 5"', 5, true, false],
  ['sh', 0, true, false],
  ['curl -s localhost/drain', 0, false, false],
  ['while pgrep app; do sleep 1; done', 1, false, false],
  ['until test -f /x; do sleep 1; done', 1, false, false],
  ['for i in 1 2; do sleep 1; done', 1, false, false],
  ['wait', 0, false, false],
  ['sleep $DELAY', 0, false, false],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell.
  ['sleep ${DRAIN_SECONDS}', 0, false, false],
  ['sleep  $X', 0, false, false],
  ['echo $PRE_STOP_WAIT', 0, false, false],
  ['echo $HOME', 0, true, false],
  ['nginx -s quit', 0, true, false],
  ['kill 1', 0, true, true],
  ['kill -TERM 1', 0, true, true],
  ['kill  -s  TERM  1', 0, true, true],
  ['kill -s 0 1', 0, true, false],
  ['kill TERM 1', 0, true, false],
  ['kill -0 1', 0, true, false],
  ['kill -QUIT -1 1', 0, true, true],
  ['/bin/kill 1', 0, true, true],
  ['kill -HUP "$(cat /tmp/nginx.pid)"', 0, true, false],
  ['kill 12', 0, true, false],
  ['kill 1.5', 0, true, false],
  ['sleep 5; kill -QUIT 1', 5, true, true],
  ['skill 1', 0, false, false],
  ['pkill node', 0, false, true],
  ['pkill -9 node', 0, false, true],
  ['pkill -TERM -f node', 0, false, true],
  ['pkill -HUP nginx', 0, false, false],
  ['pkill -SIGUSR1 node', 0, false, false],
  ['pkill -1 node', 0, false, false],
  ['pkill -10 node', 0, false, false],
  ['pkill -0 node', 0, false, false],
  ['pkill -12 node', 0, false, false],
  ['pkill -3 nginx', 0, false, false],
  ['pkill -WINCH nginx', 0, false, false],
  ['pkill  -15  node', 0, false, true],
  ['pkill -100 node', 0, false, true],
  ['sleep 1; killall5 -15', 1, false, true],
  ['killall node', 0, false, true],
  ['spkill node', 0, false, false],
];

test.each(COMMANDS)('%j waits for %p s, readable: %p, ends the process: %p', (command, ...expected) => {
  expect(told({ exec: { command: [command] } })).toEqual(expected);
});

test('the words of a command are one line', () => {
  expect(told({ exec: { command: ['sh', '-c', 'sleep 5'] } })).toEqual([5, true, false]);
});

test('other hooks say how long they wait only where the kubelet itself sleeps', () => {
  expect(told({ sleep: { seconds: 7 } })).toEqual([7, true, false]);
  expect(told({ httpGet: { path: '/drain', port: 80 } })).toEqual([0, false, false]);
  expect(told({ exec: { command: [] } })).toEqual([0, false, false]);
});
