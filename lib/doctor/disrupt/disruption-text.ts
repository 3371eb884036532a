import type { Disruption, PodDisrupted, SocketEnd } from './disrupt';

/** What a port-forward and the clocks of two machines add to a measurement, in seconds. */
const LATE = 2;
const COLUMNS = 40;

/** What did not go as it should: the reasons, in words; empty where all did. */
export function went({ pods, timing, graceSeconds, whole }: Disruption): readonly string[] {
  const found = pods.flatMap((pod) => {
    const ended = pod.sockets.filter(({ how }) => how !== 'stayed');
    if (!pod.evicted) {
      const lost = ended.length > 0 ? [`${ended.length} sockets of ${pod.pod} ended, which was not evicted`] : [];
      return pod.refused === '' ? lost : [`${pod.pod} was not evicted: ${pod.refused}`, ...lost];
    }
    const cut = pod.sockets.filter(({ how }) => how === 'cut').length;
    const last = Math.max(0, ...ended.map(({ after }) => after));
    const drained = timing === undefined ? graceSeconds : timing.preStopSeconds + timing.drainSeconds;
    return [
      ...(pod.sockets.length === 0 ? [`no socket could be opened on ${pod.pod}`] : []),
      ...(cut > 0 ? [`${cut} of ${pod.sockets.length} sockets of ${pod.pod} were cut without a close frame`] : []),
      ...(last > drained + LATE
        ? [`the last socket of ${pod.pod} ended after ${last} s; by ${drained} s all should have`]
        : []),
      ...(pod.gone === undefined ? [`${pod.pod} was still there when the look ended`] : []),
      ...((pod.gone ?? 0) > graceSeconds + LATE
        ? [`${pod.pod} was gone after ${seconds(pod.gone)}; its grace period is ${graceSeconds} s`]
        : []),
    ];
  });
  return whole === undefined && pods.some(({ evicted }) => evicted)
    ? [...found, 'not as many pods as before became ready again']
    : found;
}

/** A drain on one axis: what the timing of the workload predicts, and below it what was measured. */
export function disruptionText(disruption: Disruption): string {
  const { timing, graceSeconds, pods, whole } = disruption;
  const end = Math.max(graceSeconds, whole ?? 0, ...pods.map(({ gone }) => gone ?? 0), 1);
  const row = (from: number | undefined, to: number | undefined, words: string) => bar(from, to, end, words);
  const lines = [
    'predicted',
    ...(timing === undefined
      ? [row(0, graceSeconds, 'grace period; the workload says nothing more of its shutdown')]
      : [
          row(
            timing.preStopSeconds,
            timing.preStopSeconds + timing.drainSeconds,
            'closes its connections, a few at a time',
          ),
          row(timing.preStopSeconds + timing.drainSeconds + timing.shutdownSeconds, undefined, 'gone'),
          row(graceSeconds, undefined, 'killed, if it is still there'),
        ]),
    'measured',
    ...pods.flatMap((pod) => measured(pod, row)),
    ...(whole === undefined ? [] : [row(whole, undefined, 'as many pods as before are ready')]),
  ];
  const wrong = went(disruption);
  return `${lines.join('\n')}\n\n${wrong.length === 0 ? '√ as predicted' : wrong.map((one) => `× ${one}`).join('\n')}\n`;
}

function measured(
  pod: PodDisrupted,
  row: (from: number | undefined, to: number | undefined, words: string) => string,
): readonly string[] {
  const { pod: name, sockets, gone, evicted, refused } = pod;
  const of = (how: SocketEnd['how']) => sockets.filter((one) => one.how === how);
  const span = (how: SocketEnd['how'], words: string) => {
    const times = of(how).map(({ after }) => after);
    return times.length === 0
      ? []
      : [row(Math.min(...times), Math.max(...times), `${name}: ${times.length} of ${sockets.length} sockets ${words}`)];
  };
  return [
    ...(refused === '' ? [] : [row(undefined, undefined, `${name}: not evicted: ${refused}`)]),
    ...span('closed', 'closed in order'),
    ...span('cut', 'cut'),
    ...(of('stayed').length > 0
      ? [
          row(
            undefined,
            undefined,
            `${name}: ${of('stayed').length} of ${sockets.length} sockets stayed${evicted ? '' : ', it was not evicted'}`,
          ),
        ]
      : []),
    ...(gone === undefined ? [] : [row(gone, undefined, `${name}: gone`)]),
  ];
}

const seconds = (value: number | undefined): string => (value === undefined ? '' : `${Math.round(value * 10) / 10} s`);

function bar(from: number | undefined, to: number | undefined, end: number, words: string): string {
  const column = (at: number) => Math.max(0, Math.min(COLUMNS - 1, Math.round((at / end) * (COLUMNS - 1))));
  const first = from === undefined ? 0 : column(from);
  const last = to === undefined ? first : column(to);
  const mark = from === undefined ? '' : last > first ? '━'.repeat(last - first + 1) : '●';
  const span =
    from === undefined
      ? ''
      : to === undefined || seconds(to) === seconds(from)
        ? seconds(from)
        : `${seconds(from).replace(' s', '')}–${seconds(to)}`;
  return `${span.padStart(14)}  ${(' '.repeat(first) + mark).padEnd(COLUMNS)}  ${words}`.trimEnd();
}
