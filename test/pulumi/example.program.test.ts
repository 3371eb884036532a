import { key } from './golden';
import type { Registration } from './recording-monitor';
import { type Result, runProgram } from './run-program';

const program = 'examples/pulumi/chat.ts';
let update: Result;
let preview: Result;

beforeAll(async () => {
  [update, preview] = await Promise.all([
    runProgram({ program, stack: 'example' }),
    runProgram({ program, stack: 'example', preview: true }),
  ]);
}, 300_000);

function secretOf(result: Result): Registration | undefined {
  return result.resources.find((resource) => key(resource) === 'kubernetes:core/v1:Secret chat:chat/chat-redis');
}

test('The example ends without an error or a warning', () => {
  expect(update).toMatchObject({ exitCode: 0, stderr: '', log: [] });
  expect(preview).toMatchObject({ exitCode: 0, stderr: '', log: [] });
});

test('The example gives the pods the address and the password of what was made before them, as a secret', () => {
  expect(secretOf(update)?.inputs.stringData).toEqual({ secret: { url: 'redis://:hunter2@10.100.0.3:6379' } });
  expect(secretOf(update)?.dependsOn).toContain('gcp:redis/instance:Instance redis');
});

test('The example shows a preview in which these alone are unknown', () => {
  expect(secretOf(preview)?.inputs).toMatchObject({ kind: 'Secret', stringData: '<unknown>' });
  const names = (result: Result) => result.resources.map(key).sort();
  expect(names(preview)).toEqual(names(update));
  expect(JSON.stringify(preview.resources).match(/<unknown>/g)).toHaveLength(1);
});
