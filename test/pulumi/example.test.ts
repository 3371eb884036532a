import { key } from './golden';
import { type Result, runProgram } from './run-program';

const program = 'examples/pulumi.ts';
let update: Result;
let preview: Result;

beforeAll(async () => {
  [update, preview] = await Promise.all([
    runProgram({ program, stack: 'example' }),
    runProgram({ program, stack: 'example', preview: true }),
  ]);
}, 120_000);

function redisUrl(result: Result): unknown {
  const workload = result.resources.find(
    (resource) => key(resource) === 'kubernetes:apps/v1:Deployment chat:chat/chat',
  );
  const spec = workload?.inputs.spec as { template: { spec: { containers: { env: { name: string }[] }[] } } };
  return spec.template.spec.containers[0]?.env.find((variable) => variable.name === 'REDIS_URL');
}

test('The example ends without an error or a warning', () => {
  expect(update).toMatchObject({ exitCode: 0, stderr: '', log: [] });
  expect(preview).toMatchObject({ exitCode: 0, stderr: '', log: [] });
});

test('The example gives the pods the address of what was made before them', () => {
  expect(redisUrl(update)).toEqual({ name: 'REDIS_URL', value: 'redis://10.0.0.3:6379' });
});

test('The example shows a preview in which that address alone is unknown', () => {
  expect(redisUrl(preview)).toEqual({ name: 'REDIS_URL', value: '<unknown>' });
  const strip = (result: Result) => JSON.stringify(result.resources.map(key).sort());
  expect(strip(preview)).toBe(strip(update));
  expect(JSON.stringify(preview.resources).match(/<unknown>/g)).toHaveLength(1);
});
