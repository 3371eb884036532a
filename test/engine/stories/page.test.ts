import * as path from 'node:path';
import type { Expectation } from '../page/expectation';
import { FIRST_STEPS } from '../page/first-steps';
import { OPERATIONS } from '../page/operations';
import { Operator } from '../page/operator';
import { type Block, blocksOf } from '../support/page';
import { ROOT } from '../support/workbench';

const EXPECTED = { ...FIRST_STEPS, ...OPERATIONS };
const BLOCKS = blocksOf(path.join(ROOT, 'docs/deploy.md'));

/** Of what a block printed that failed, in characters: the end says why. */
const MOST_SHOWN = 4000;

const RUN = BLOCKS.filter(({ notRun }) => notRun === undefined);

const expectedOf = (block: Block) => Object.entries(EXPECTED).filter(([name]) => block.name.startsWith(name));

/** docs/deploy.md, typed from its first line to its last by somebody who does what it says: each test is a block, and goes on where the one before it stopped. */
describe('docs/deploy.md', () => {
  const operator = new Operator();
  beforeAll(() => operator.begin());
  afterAll(() => operator.bench.remove());

  test('has an expectation of each block that is run', () => {
    expect(RUN.filter((block) => expectedOf(block).length !== 1).map(({ name }) => name)).toEqual([]);
    const without = Object.keys(EXPECTED).filter((name) => !RUN.some((block) => block.name.startsWith(name)));
    expect(without).toEqual([]);
  });

  test('has no block that is not run but these', () => {
    const not = BLOCKS.filter((block) => !RUN.includes(block)).map(({ name, notRun }) => [name, notRun]);
    expect(not).toEqual([['First deployment: pulumi login "gs://$PROJECT-pulumi"', "the bucket is Google's"]]);
  });

  test.each(RUN)('$name', async (block) => {
    const [[, expectation] = []] = expectedOf(block);
    const { given, run, holds } = expectation as Expectation;
    await given?.(operator);
    const ran = await (run?.(operator, block) ?? operator.type(block.text));
    if (ran.code !== 0) throw new Error(`it ended with ${ran.code}:\n${ran.text.slice(-MOST_SHOWN)}`);
    await holds(operator, ran, block);
  });
});
