import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { RuleGroup } from '../../../lib/observability';
import { ask, freePort } from './app';

/** A real Prometheus on this machine. */
export interface Prometheus {
  readonly url: string;
  query(expr: string): Promise<readonly Sample[]>;
  range(expr: string, seconds: number, step: number): Promise<readonly Sample[]>;
  /** The alerts that are firing, by name. */
  firing(): Promise<readonly Firing[]>;
  stop(): Promise<void>;
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

export interface Firing {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Target {
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
}

const started = new Set<() => Promise<void>>();

/** Ends what a test left behind. */
export async function stopAll(): Promise<void> {
  for (const stop of [...started]) await stop();
}

export async function startPrometheus(
  targets: readonly Target[],
  groups: readonly RuleGroup[],
  alertmanager?: string,
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-prometheus-'));
  writeFileSync(join(folder, 'rules.yaml'), dump({ groups }));
  writeFileSync(
    join(folder, 'prometheus.yaml'),
    dump({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yaml'],
      ...(alertmanager === undefined
        ? {}
        : { alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] } }),
      scrape_configs: [
        {
          job_name: 'pods',
          honor_labels: true,
          static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
        },
      ],
    }),
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const stop = run('prometheus', folder, [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // What was raised before the Alertmanager was found is sent again.
    '--rules.alert.resend-delay=2s',
  ]);
  await untilAnswers(`${url}/-/ready`);
  const api = async (path: string) => {
    const { body } = await ask(`${url}/api/v1/${path}`);
    const answer = JSON.parse(body) as { status: string; error?: string; data: never };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data as { result: readonly Sample[]; alerts: readonly Firing[] };
  };
  return {
    url,
    query: async (expr) => (await api(`query?query=${encodeURIComponent(expr)}`)).result,
    range: async (expr, seconds, step) => {
      const end = Math.floor(Date.now() / 1000);
      return (await api(`query_range?query=${encodeURIComponent(expr)}&start=${end - seconds}&end=${end}&step=${step}`))
        .result;
    },
    firing: async () => (await api('alerts')).alerts.filter(({ state }) => state === 'firing'),
    stop,
  };
}

/** A real Alertmanager with this configuration, and its address. */
export async function startAlertmanager(configuration: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-alertmanager-'));
  writeFileSync(join(folder, 'alertmanager.yaml'), dump(configuration));
  const port = await freePort();
  run('prometheus-alertmanager', folder, [
    `--config.file=${join(folder, 'alertmanager.yaml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ]);
  await untilAnswers(`http://127.0.0.1:${port}/-/ready`);
  return `127.0.0.1:${port}`;
}

/** A program of Prometheus's family; it dies with whoever started it. */
export function run(program: string, folder: string, args: readonly string[]): () => Promise<void> {
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig=KILL', program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('exit', (code) => {
    if (started.has(stop)) process.stderr.write(`${program} ended with ${code}:\n${said}\n`);
  });
  const stop = async () => {
    started.delete(stop);
    child.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  started.add(stop);
  return stop;
}

async function untilAnswers(url: string): Promise<void> {
  for (let i = 0; i < 150; i += 1) {
    const answer = await ask(url).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} does not answer`);
}
