import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dump, load } from 'js-yaml';
import { Cluster } from '../stand-ins/cluster';
import { type Trouble, World } from '../stand-ins/world';
import { type Events, eventsIn } from './events';
import { processesWith, type Running } from './processes';

export const ROOT = path.join(__dirname, '..', '..', '..');

/** Longer than any command takes on a machine that is ten times too busy. */
export const LONGEST_MILLISECONDS = 300_000;

/** How long a thing takes whose engine is killed in the meantime: longer than any command beside it may take, or the engine would be done before it is killed. */
export const UNTIL_KILLED_SECONDS = (3 * LONGEST_MILLISECONDS) / 1000;

/** Within so many looks everything has ended whose engine is gone; each looks twice a second. Not a time: one in which the machine stands still ends nothing. */
const ENDS_WITHIN_LOOKS = 50;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams, as a terminal shows them. */
  readonly text: string;
}

/** A run of the engine, with what it did and what it said. */
export type Deployment = Ran & Events;

/** How a project is changed before a run: a file of it, and what becomes of its text. */
export type Edit = readonly [file: string, change: (text: string) => string];

/**
 * A project of its own, with a file backend, a passphrase, clusters and a Google Cloud that are only files, and the real engine. Its sources are those of this
 * repository, which a story may change.
 */
export class Workbench {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-story-'));
  readonly project = path.join(this.folder, 'project');
  readonly world = path.join(this.folder, 'world');
  readonly google = new World('google', this.world);
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    const tools = process.env.HOLDFAST_ENGINE;
    if (tools === undefined) throw new Error('the suite was started without its setup: use npm run test:engine');
    for (const name of ['state', 'home', 'world', 'project'])
      fs.mkdirSync(path.join(this.folder, name), { recursive: true });
    for (const name of ['stacks', 'examples', 'Pulumi.yaml', 'package.json', 'tsconfig.json'])
      fs.cpSync(path.join(ROOT, name), path.join(this.project, name), { recursive: true });
    fs.cpSync(path.join(ROOT, 'test/engine/programs'), path.join(this.project, 'test/engine/programs'), {
      recursive: true,
    });
    for (const name of ['lib', 'node_modules']) fs.symlinkSync(path.join(ROOT, name), path.join(this.project, name));
    this.env = {
      // Nothing of this machine's: no kubeconfig, no credentials, no project.
      PATH: `${path.join(tools, 'bin')}:${process.env.PATH ?? ''}`,
      HOME: path.join(this.folder, 'home'),
      TMPDIR: os.tmpdir(),
      PULUMI_HOME: path.join(tools, 'home'),
      PULUMI_BACKEND_URL: `file://${path.join(this.folder, 'state')}`,
      PULUMI_CONFIG_PASSPHRASE: 'correct horse battery staple',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      PULUMI_SKIP_CONFIRMATIONS: 'true',
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
      // Lets the engine write what it does to a file.
      PULUMI_DEBUG_COMMANDS: 'true',
      NO_COLOR: '1',
      HOLDFAST_WORLD: this.world,
      HOLDFAST_SDK_TYPES: path.join(tools, 'sdk-types.json'),
    };
    this.kubeconfig({ production: 'https://production.invalid', dev: 'https://dev.invalid' });
  }

  /** Writes the kubeconfig: the servers by context, the first one current. */
  kubeconfig(contexts: Readonly<Record<string, string>>, file = path.join(this.folder, 'home/.kube/config')): string {
    const names = Object.keys(contexts);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': names[0],
      contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
      clusters: names.map((name) => ({ name, cluster: { server: contexts[name] } })),
      users: names.map((name) => ({ name, user: { token: `token-of-${name}` } })),
    };
    fs.writeFileSync(file, dump(config));
    return file;
  }

  cluster(server: string): Cluster {
    return new Cluster(server, this.world);
  }

  /** Runs a command line as a person would, in the project. */
  run(command: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return ended(this.start(command, env));
  }

  /** The same, and not waited for. */
  start(command: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn('bash', ['-euo', 'pipefail', '-c', command], {
      cwd: this.project,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // So that an interruption reaches the engine as Ctrl+C would, or all of it goes at once.
      detached: true,
    });
  }

  /** Runs a command that must succeed and returns what it printed. */
  async must(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const ran = await this.run(command, env);
    if (ran.code !== 0) throw new Error(`${command} ended with ${ran.code}:\n${ran.text}`);
    return ran.stdout.trim();
  }

  /** Makes a stack with the values that a person would have set. */
  async stack(name: string, config: Readonly<Record<string, unknown>>): Promise<void> {
    await this.must(`pulumi stack init ${name}`);
    this.configure(name, config);
  }

  /** Puts values into the file of a stack; undefined takes one out. */
  configure(stack: string, values: Readonly<Record<string, unknown>>): void {
    const file = path.join(this.project, 'stacks', `Pulumi.${stack}.yaml`);
    const before =
      (fs.existsSync(file) ? (load(fs.readFileSync(file, 'utf8')) as Record<string, unknown>) : null) ?? {};
    const config = { ...(before.config as object | null), ...values };
    const kept = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
    fs.writeFileSync(file, dump({ ...before, config: kept }));
  }

  /** Runs the engine and says what it did. */
  async deploy(operation: string, env: NodeJS.ProcessEnv = {}): Promise<Deployment> {
    const log = path.join(this.folder, `events-${Math.random().toString(36).slice(2)}.json`);
    const ran = await this.run(`pulumi ${operation} --non-interactive --event-log '${log}'`, env);
    return { ...ran, ...eventsIn(log) };
  }

  /** Changes files of the project. */
  edit(...edits: readonly Edit[]): void {
    for (const [name, change] of edits) {
      const file = path.join(this.project, name);
      const before = fs.readFileSync(file, 'utf8');
      const after = change(before);
      if (after === before) throw new Error(`the change of ${name} changes nothing`);
      fs.writeFileSync(file, after);
    }
  }

  read(file: string): string {
    return fs.readFileSync(path.join(this.project, file), 'utf8');
  }

  /** What the state of the stack holds, secrets as they are stored. */
  async state(): Promise<readonly Stored[]> {
    const exported = JSON.parse(await this.must('pulumi stack export')) as { deployment: { resources?: Stored[] } };
    return exported.deployment.resources ?? [];
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.must('pulumi stack output --json')) as Record<string, unknown>;
  }

  trouble(trouble: Trouble): void {
    fs.writeFileSync(path.join(this.world, 'trouble.json'), JSON.stringify(trouble));
  }

  /** What happened outside since it was asked last. */
  journal(): readonly string[] {
    const file = path.join(this.world, 'journal.txt');
    if (!fs.existsSync(file)) return [];
    const lines = fs.readFileSync(file, 'utf8').trim().split('\n');
    fs.rmSync(file);
    return lines;
  }

  /** What was started for this project and still runs. */
  running(): readonly Running[] {
    return processesWith(`HOLDFAST_WORLD=${this.world}`);
  }

  /** Takes the project away. Fails when something still runs that was started for it, and ends it. */
  async remove(): Promise<void> {
    for (let looks = 0; looks < ENDS_WITHIN_LOOKS && this.running().length > 0; looks += 1) await sleep(100);
    const left = this.running();
    for (const { pid } of left) kill(pid);
    fs.rmSync(this.folder, { recursive: true, force: true });
    if (left.length > 0)
      throw new Error(
        `still running after the story: ${left.map(({ pid, command }) => `${pid} ${command}`).join(', ')}`,
      );
  }
}

/** A resource in the state. */
export interface Stored {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Ends a process, or a group of them where the number is negative. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

export function ended(child: ChildProcess): Promise<Ran> {
  let stdout = '';
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    text += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => kill(-(child.pid as number)), LONGEST_MILLISECONDS);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, text });
    });
  });
}
