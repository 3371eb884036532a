import * as pulumi from '@pulumi/pulumi';
import { InvalidInputError } from '../../input/problems';

/** The exit code by which a program tells Pulumi that it has said itself what is wrong. */
const MESSAGE_LOGGED = 32;

/**
 * Runs a program of Pulumi so that what a person got wrong is said in words, without the stack trace that would hide it. It ends the process then: a program that only throws
 * leaves Pulumi time to empty the outputs of the stack, and the record of the last deployment is one of them.
 *
 * @example
 * export = () => reportingInput(async () => ({ url: new Chat('chat').url }));
 */
export async function reportingInput<T>(program: () => T | Promise<T>): Promise<T> {
  try {
    return await program();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    await pulumi.log.error(error.message);
    process.exit(MESSAGE_LOGGED);
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
