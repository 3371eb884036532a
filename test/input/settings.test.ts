import { InvalidInputError, Problems } from '../../lib/input';
import { reader, settled } from '../../lib/input/settings';
import { number, optional, type Shape } from '../../lib/input/shape';

interface Props {
  readonly size?: number;
}
const SHAPE: Shape<Props> = { size: optional(number(3)) };
let reads = 0;
const readBox = reader<Props, Props & { readonly size: number }>(SHAPE, (problems, { size = 3 }) => {
  reads += 1;
  if (size < 1) problems.add('size', `${size} is less than 1`);
  return { size };
});

beforeEach(() => {
  reads = 0;
});

test('settings are frozen, have every default, and are not judged again', () => {
  const first = settled((problems) => readBox(problems, {}));
  expect(first).toEqual({ size: 3 });
  expect(Object.isFrozen(first)).toBe(true);
  expect(settled((problems) => readBox(problems, first))).toBe(first);
  expect(reads).toBe(1);
});

test('a copy is judged, and so is what was found wrong', () => {
  const right = settled((problems) => readBox(problems, {}));
  expect(() => settled((problems) => readBox(problems, { ...right, size: 0 }))).toThrow('size: 0 is less than 1');
  const wrong = readBox(new Problems(), { size: 0 });
  expect(() => settled((problems) => readBox(problems, wrong))).toThrow(InvalidInputError);
  expect(reads).toBe(4);
});

test('another reader does not take them for its own', () => {
  const readStrictly = reader<Props, Props>(SHAPE, (problems, props) => {
    problems.add('', 'is refused in any case');
    return props;
  });
  const right = settled((problems) => readBox(problems, {}));
  expect(() => settled((problems) => readStrictly(problems, right))).toThrow('is refused in any case');
});

test('fails with everything that was noted, each once', () => {
  const twice = () =>
    settled((problems) => {
      readBox(problems.at('a'), { size: 0 });
      readBox(problems.at('a'), { size: 0 });
      return readBox(problems.at('b'), { size: -1 });
    });
  expect(twice).toThrow('2 problems:\n  - a.size: 0 is less than 1\n  - b.size: -1 is less than 1');
});
