import { listOf, mappingOf, numberOf, textOf, valueAt } from '../../../manifest/field';

/** One request in the log of a balancer: how it ended and how long it had lived; neither who asked nor for what. */
export interface LogLine {
  readonly status: number;
  /** What the balancer says of the end: Google's `statusDetails`, `error_reason` of an ALB. */
  readonly details: string;
  /** From the first byte to the end; the age of the connection, where it was a WebSocket. */
  readonly seconds: number;
  readonly at: string;
}

/** @see https://docs.cloud.google.com/load-balancing/docs/https/https-logging-monitoring#log-fields */
export function googleLines(entries: unknown): readonly LogLine[] {
  return listOf(entries).flatMap((entry) => {
    const request = mappingOf(mappingOf(entry).httpRequest);
    const status = numberOf(request.status);
    if (status === undefined) return [];
    return [
      {
        status,
        details: textOf(valueAt(entry, ['jsonPayload', 'statusDetails'])) ?? '',
        seconds: Number.parseFloat(textOf(request.latency) ?? '') || 0,
        at: textOf(mappingOf(entry).timestamp) ?? '',
      },
    ];
  });
}

/** Where the fields of an ALB's access log stand. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-format */
const FIELD = { type: 0, time: 1, status: 8, targetStatus: 9, created: 21, errorReason: 24 };

export function awsLines(text: unknown): readonly LogLine[] {
  return String(text ?? '')
    .split('\n')
    .flatMap((line) => {
      const fields = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      const field = (name: keyof typeof FIELD) => fields[FIELD[name]] ?? '';
      const status = Number(field('status'));
      const seconds = (Date.parse(field('time')) - Date.parse(field('created'))) / 1000;
      if (!(status > 0) || Number.isNaN(seconds)) return [];
      if (!/^wss?$/.test(field('type')) && status < 400) return [];
      const reason = field('errorReason');
      const details =
        reason !== '-' && reason !== '' ? reason : field('targetStatus') === '-' ? 'no target answered' : '';
      return [{ status, details, seconds, at: field('time') }];
    });
}
