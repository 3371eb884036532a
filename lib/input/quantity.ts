import { type Problems, shown } from './problems';

const QUANTITY = /^([0-9]+(\.[0-9]+)?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** A Kubernetes quantity such as `250m`, `512Mi` or `20Gi`, greater than zero. */
export function checkQuantity(problems: Problems, path: string, value: string): void {
  const match = QUANTITY.exec(value);
  if (match !== null && Number(match[1]) > 0) return;
  const unit = /^([0-9.]+)\s*([KMGT])i?B$/i.exec(value);
  const hint = unit === null ? '' : `; did you mean "${unit[1]}${unit[2]?.toUpperCase()}i"?`;
  problems.add(
    path,
    `${shown(value)} is not a Kubernetes quantity above zero; give a number with an optional suffix (m, k, M, G, T, Ki, Mi, Gi, Ti), such as "20Gi"${hint}`,
  );
}

/** The value of a quantity in its base unit, for comparing a request with a limit. */
export function quantityValue(value: string): number {
  const match = QUANTITY.exec(value);
  return match === null ? Number.NaN : Number(match[1]) * (UNITS[match[3] ?? ''] ?? Number.NaN);
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Memory or disk: bytes. A number without a suffix is taken for what it is, single bytes, and "m" for thousandths of one. */
export function checkBytes(problems: Problems, path: string, value: string): void {
  const before = problems.found.length;
  checkQuantity(problems, path, value);
  if (problems.found.length > before) return;
  const bytes = quantityValue(value);
  if (bytes >= LEAST_BYTES) return;
  const unit = value.endsWith('m') ? 'Mi' : 'Gi';
  problems.add(
    path,
    `${shown(value)} is ${bytes} bytes; give at least 1Mi, with a suffix (Ki, Mi, Gi, Ti), such as "20Gi"; did you mean "${Number.parseFloat(value)}${unit}"?`,
  );
}

/** Processor time: cores, or thousandths of one with "m". */
export function checkCpu(problems: Problems, path: string, value: string): void {
  const before = problems.found.length;
  checkQuantity(problems, path, value);
  if (problems.found.length > before) return;
  const cores = quantityValue(value);
  if (cores >= LEAST_CORES && cores <= MOST_CORES) return;
  problems.add(path, `${shown(value)} is ${cores} cores; give from 1m to ${MOST_CORES}, such as "250m" or "2"`);
}

/** Less runs nothing, and is a slip of the hand. */
const LEAST_BYTES = 2 ** 20;

/** The finest share that Kubernetes knows. */
const LEAST_CORES = 1e-3;

/** More than the largest machine that can be rented. */
const MOST_CORES = 2048;
