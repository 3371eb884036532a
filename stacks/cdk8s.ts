import { InvalidInputError, Problems } from '../lib/input';
import { HoldfastApp } from '../lib/synth';
import type { Environment } from './environment';
import { ENVIRONMENTS } from './environments';
import { readEnvironment, WebSocketChart } from './websocket-chart';

/** All environments in one application: a folder of manifests each. */
export function synthesize(environments: readonly Environment[], outdir?: string): HoldfastApp {
  const problems = new Problems();
  const judged = environments.map((environment) => readEnvironment(problems, environment));
  problems.throwIfAny();
  const app = new HoldfastApp(outdir === undefined ? {} : { outdir });
  for (const environment of judged) new WebSocketChart(app, environment);
  app.synth();
  return app;
}

if (require.main === module) {
  try {
    const app = synthesize(ENVIRONMENTS);
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
