import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { Problems } from '../lib/input';

import { lastDeployment, reportingInput, stackConfiguration } from '../lib/pulumi';
import { ENVIRONMENTS } from './environments';

import { readStackConfig } from './pulumi-config';
import { deployStack, type StackOutputs } from './pulumi-stack';

/** The program of `pulumi up`: the stack's name is that of the environment. */
async function deploy(): Promise<StackOutputs | undefined> {
  const problems = new Problems();
  const stack = { project: pulumi.getProject(), name: pulumi.getStack() };
  const config = readStackConfig(problems, stackConfiguration(), stack, ENVIRONMENTS);
  if (config === undefined) {
    problems.throwIfAny();
    return undefined;
  }
  // With problems nothing is deployed, and the last deployment does not matter.
  const last = problems.found.length === 0 ? await lastDeployment() : undefined;
  return deployStack(problems, config, path.join(__dirname, '..'), last);
}

// Pulumi calls a function that is the whole program, and takes what it resolves to for the outputs of the stack.
export = () => reportingInput(deploy);
