import * as path from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Diagnosis, ExamineOptions, Recording, TargetOptions } from '../doctor';
import { InvalidInputError } from '../input/problems';
import type { Terminal } from './terminal';

/** What is said on the command line of a look inside a cluster. */
export interface ClusterArguments {
  readonly namespace?: string;
  readonly context?: string;
  readonly ingress?: string;
  readonly service?: string;
  readonly edge: boolean;
  readonly rbac: boolean;
  readonly plan: boolean;
  readonly fix?: true | string;
  readonly yes: boolean;
  readonly undoFolder: string;
  readonly disrupt?: string;
}

/** Whether a cluster is meant. */
export function meansCluster(args: ClusterArguments): boolean {
  return (
    args.namespace !== undefined ||
    args.context !== undefined ||
    args.ingress !== undefined ||
    args.service !== undefined ||
    args.plan ||
    args.disrupt !== undefined ||
    args.fix !== undefined
  );
}

/** @throws {InvalidInputError} where changes are wanted, and nothing says of which namespace */
export function checkMending({ plan, fix, namespace }: ClusterArguments, from: string | undefined): void {
  if (from !== undefined || namespace !== undefined || !(plan || fix !== undefined)) return;
  const wanted = fix === undefined ? '--plan' : '--fix';
  throw new InvalidInputError([
    `${wanted} needs to know in which namespace the objects are that would be changed; give it with -n <namespace>`,
  ]);
}

type Doctor = typeof import('../doctor');

/** Looks inside a cluster, and keeps it open for what follows. */
export class ClusterLook {
  private constructor(
    private readonly doctor: Doctor,
    readonly cluster: import('../doctor').Cluster,
    private readonly args: ClusterArguments,
    private readonly target: TargetOptions,
    private readonly url: string | undefined,
    private readonly options: ExamineOptions,
  ) {}

  static async open(
    doctor: Doctor,
    args: ClusterArguments,
    target: TargetOptions,
    url: string | undefined,
    options: ExamineOptions,
  ): Promise<ClusterLook> {
    const cluster = await doctor.openCluster({
      signal: options.signal,
      ...(args.context === undefined ? {} : { context: args.context }),
      ...(args.namespace === undefined ? {} : { namespace: args.namespace }),
    });
    return new ClusterLook(doctor, cluster, args, target, url, options);
  }

  async look({ edge = this.args.edge, progress = this.options.progress } = {}): Promise<Recording> {
    const { args, url, cluster, target, doctor } = this;
    const where = {
      cluster,
      target,
      edge,
      ...(url === undefined ? {} : { url }),
      ...(args.ingress === undefined ? {} : { ingress: args.ingress }),
      ...(args.service === undefined ? {} : { service: args.service }),
    };
    const options = { ...this.options, progress };
    try {
      return await doctor.examineCluster(where, options);
    } catch (error) {
      if (!(error instanceof doctor.CannotLook)) throw error;
      return doctor.refusedRecording(where, options, error.message);
    }
  }

  /**
   * Makes the changes of a plan, one after the other, after it was told to.
   *
   * @returns whether everything that was named is mended
   */
  async fix(diagnosis: Diagnosis, terminal: Terminal): Promise<boolean> {
    const { args, cluster, doctor } = this;
    const { changes, byHand } = doctor.plan(diagnosis, only(args));
    if (changes.length === 0) {
      terminal.err('nothing of this is changed by the doctor: do what the report says under “fix”\n');
      return false;
    }
    const records = new doctor.UndoRecords(path.resolve(terminal.cwd, args.undoFolder));
    let mended = byHand.length === 0;
    for (const change of changes) {
      if (!args.yes && !(await agreed(change))) {
        terminal.err(`${change.code}: nothing was changed\n`);
        mended = false;
        continue;
      }
      const outcome = await doctor.apply(change, {
        cluster,
        records,
        signal: this.options.signal,
        say: (text) => terminal.err(`${change.code}: ${text}\n`),
        stillSeen: async (observations) => {
          const again = doctor.observe(await this.look({ edge: observations.some(outside), progress: () => {} }));
          return again
            .filter(({ id, outcome: seen }) => observations.includes(id) && seen === 'yes')
            .map(({ said }) => said);
        },
        rolling: async () => doctor.rolls(await this.look({ edge: false, progress: () => {} })),
      });
      mended &&= outcome.state === 'made';
      terminal.err(
        outcome.state === 'made'
          ? `${change.code}: mended; what convicted it is no longer seen\n`
          : `${change.code}: ${outcome.state}: ${outcome.why}\n`,
      );
    }
    return mended;

    function outside(id: string): boolean {
      return doctor.OBSERVATIONS.find((kind) => kind.id === id)?.from === 'outside';
    }
  }
}

export function only({ fix }: ClusterArguments): string | undefined {
  return typeof fix === 'string' ? fix.toUpperCase() : undefined;
}

/** Asks the person who sits there; where nobody does, nothing is changed. */
async function agreed(change: import('../doctor').Change): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new InvalidInputError([
      `--fix asks before it changes anything, and nobody can be asked here; say --yes to change ${change.object.kind} ${change.object.metadata.name}, or --plan to see the change`,
    ]);
  const asked = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asked.question(
    `${change.code}: change ${change.object.kind} ${change.object.metadata.name}${change.rolls ? ', and replace its pods one after the other' : ''}? [y/N] `,
  );
  asked.close();
  return /^y(es)?$/i.test(answer.trim());
}

/** `holdfast doctor undo [id]`. */
export async function runUndo(
  id: string | undefined,
  args: { readonly context?: string; readonly undoFolder: string },
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  const doctor = require('../doctor') as Doctor;
  const records = new doctor.UndoRecords(path.resolve(terminal.cwd, args.undoFolder));
  const record = records.read(id);
  const stop = new AbortController();
  const cluster = await doctor.openCluster({
    signal: stop.signal,
    namespace: record.object.namespace,
    ...(args.context === undefined ? {} : { context: args.context }),
  });
  try {
    const { state, why } = await doctor.undo(record, cluster, records);
    terminal.out(`${record.id}: ${state === 'nothing' ? 'nothing to undo' : state}: ${why}\n`);
    return state === 'refused' ? 2 : 0;
  } finally {
    cluster.close();
  }
}
