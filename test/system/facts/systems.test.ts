import * as fs from 'node:fs';
import * as path from 'node:path';
import { bundleOf } from '../support';
import { factsWithout } from './without';

const FOLDER = path.join(__dirname, 'systems');

test.each(fs.readdirSync(FOLDER).sort())('what is read of %s, and what a field makes of it', (file) => {
  const { objects } = bundleOf(fs.readFileSync(path.join(FOLDER, file), 'utf8'));
  expect(factsWithout(objects)).toMatchSnapshot();
});
