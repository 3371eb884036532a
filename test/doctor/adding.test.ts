import * as fs from 'node:fs';
import * as path from 'node:path';
import { CAUSES, parseRecording } from '../../lib/doctor';

const root = path.join(__dirname, '..', '..');
const doctor = path.join(root, 'lib', 'doctor');
const LIST = path.join(doctor, 'causes', 'list.ts');

function sources(folder: string): readonly string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

test.each(CAUSES)(
  '$code is its file and one line of the list, and nothing else that looks or judges names it',
  ({ code }) => {
    const name = code.toLowerCase();
    const own = new RegExp(`/${name}-[a-z0-9-]+\\.ts$`);
    // Others say what tells them from it.
    const elsewhere = sources(doctor).filter((file) => !own.test(file) && !/causes.ws5/.test(file) && file !== LIST);
    for (const file of elsewhere) expect([file, fs.readFileSync(file, 'utf8').includes(code)]).toEqual([file, false]);
    const lines = fs
      .readFileSync(LIST, 'utf8')
      .split('\n')
      .filter((line) => line.includes(name));
    expect(lines).toEqual([expect.stringMatching(`^export \\{ ${name} \\} from './${name}-[a-z0-9-]+';$`)]);
  },
);

describe('the one line', () => {
  const recording = parseRecording(
    fs.readFileSync(path.join(__dirname, 'evidence', 'websocket-forbidden.jsonl'), 'utf8'),
  );

  function look(lines: (all: Record<string, unknown>) => Record<string, unknown>) {
    let found: { causes: string[]; named: string[]; unexplained: string[]; text: string } | undefined;
    jest.isolateModules(() => {
      jest.doMock('../../lib/doctor/causes/list', () =>
        Object.defineProperty(lines({ ...jest.requireActual('../../lib/doctor/causes/list') }), '__esModule', {
          value: true,
        }),
      );
      const { CAUSES: causes, diagnose, render } = require('../../lib/doctor') as typeof import('../../lib/doctor');
      const diagnosis = diagnose(recording);
      found = {
        causes: causes.map(({ code }) => code),
        named: diagnosis.named.map(({ cause }) => cause.code),
        unexplained: diagnosis.unexplained.map(({ id }) => id),
        text: render(diagnosis, 'text'),
      };
      jest.dontMock('../../lib/doctor/causes/list');
    });
    return found;
  }

  test('left out, another is blamed; there, the cause is listed, named and told', () => {
    const without = look(({ ws557: _left, ...rest }) => rest);
    expect(without).toMatchObject({ named: ['WS505'] });
    expect(without?.causes).not.toContain('WS557');
    const whole = look((all) => all);
    expect(whole).toMatchObject({ named: ['WS557'], unexplained: [] });
    expect(whole?.causes).toHaveLength((without?.causes.length ?? 0) + 1);
    expect(whole?.text).toContain('Cause  WS557  a filter on the way refuses WebSockets');
  });
});
