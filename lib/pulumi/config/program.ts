import * as pulumi from '@pulumi/pulumi';
import { InvalidInputError } from '../../input/problems';

/** Runs a program of Pulumi so that what a person got wrong is said in words, without the stack trace that would hide it. */
export function reportingInput<T>(program: () => T): T {
  try {
    return program();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new pulumi.RunError(error.message);
  }
}

/** The configuration of the running stack, with what is stored encrypted. */
export function stackConfiguration(): { values: Record<string, string>; secretKeys: readonly string[] } {
  return {
    values: pulumi.runtime.allConfig(),
    // The runner hands these over in the environment; the SDK has no public way to ask.
    secretKeys: JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? '[]') as string[],
  };
}
