import { InvalidInputError, Problems, shown } from '../input/problems';
import { HoldfastApp } from '../synth';
import type { Environment } from './environment';
import { readEnvironment, WebSocketChart } from './websocket-chart';

/**
 * All environments in one application: a folder of manifests each.
 *
 * @param outdir where they are written; unless it is given, where `cdk8s synth` wants them, or `manifests`
 * @throws {InvalidInputError} with everything that is wrong in any of them; nothing is written then
 */
export function synthesize(environments: readonly Environment[], outdir?: string): HoldfastApp {
  const problems = new Problems();
  if (!Array.isArray(environments))
    throw new InvalidInputError([`environments: ${shown(environments)} is no list; give [production, staging]`]);
  if (environments.length === 0)
    throw new InvalidInputError([
      'environments: [] names none, and nothing would be written; give [production, staging]',
    ]);
  const judged = environments.map((environment) => readEnvironment(problems, environment));
  problems.throwIfAny();
  const app = new HoldfastApp(outdir === undefined ? {} : { outdir });
  for (const environment of judged) new WebSocketChart(app, environment);
  app.synth();
  return app;
}

/** The program that writes them: it says what it wrote, or what is wrong in words and with the exit code 1. */
export function main(environments: readonly Environment[]): void {
  try {
    const app = synthesize(environments);
    const folders = [...app.manifests()].map(([name, objects]) => `${objects.length} objects in ${app.outdir}/${name}`);
    // Not where manifests go with cdk8s synth --stdout.
    console.error(folders.join(', '));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    // What a person got wrong is said in words; a stack trace would only hide it.
    console.error(error.message);
    process.exitCode = 1;
  }
}
