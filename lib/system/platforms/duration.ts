const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
};

/**
 * A duration as Go writes it, in seconds: `90s`, `1h30m`, `500ms`.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function goSeconds(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value)) return undefined;
  return [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * (SECONDS[unit as string] as number),
    0,
  );
}

/** The same where nothing means no limit. */
export function goSecondsOrNever(value: unknown): number | undefined {
  const seconds = value === '0' ? 0 : goSeconds(value);
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds;
}
