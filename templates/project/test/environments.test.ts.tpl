import { HoldfastApp } from 'holdfast';
import { WebSocketChart } from 'holdfast/environments';
import 'holdfast/jest';
import { ENVIRONMENTS } from '../environments';

describe.each(ENVIRONMENTS.map((environment) => [environment.name, environment] as const))('%s', (_name, environment) => {
  const app = new HoldfastApp({ outdir: 'unused' });
  new WebSocketChart(app, environment);

  // A change of the environment is a change of these files: review them like code, and accept them with jest -u.
  test.each([...app.files()])('%s is as it was reviewed', (_file, text) => {
    expect(text).toMatchSnapshot();
  });

  test('keeps its connections, by every rule of holdfast check', () => {
    expect(app).toHoldFast();
  });
});
