import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { Problems } from '../lib/input';
import { reportingInput, stackConfiguration } from '../lib/pulumi';
import { ENVIRONMENTS } from './environments';
import { readStackConfig } from './pulumi-config';
import { deployStack, type StackOutputs } from './pulumi-stack';

/** The program of `pulumi up`: the stack's name is that of the environment. */
function deploy(): StackOutputs | undefined {
  const problems = new Problems();
  const stack = { project: pulumi.getProject(), name: pulumi.getStack() };
  const config = readStackConfig(problems, stackConfiguration(), stack, ENVIRONMENTS);
  if (config !== undefined) return deployStack(problems, config, path.join(__dirname, '..'));
  problems.throwIfAny();
  return undefined;
}

const outputs = reportingInput(deploy);

export const namespace = outputs?.namespace;
export const address = outputs?.address;
export const urls = outputs?.urls;
export const verify = outputs?.verify;
