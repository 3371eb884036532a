import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadTexts } from '../../../lib/manifest';
import { factsWithout } from './without';

const FOLDER = path.join(__dirname, 'systems');

test.each(fs.readdirSync(FOLDER).sort())('what is read of %s, and what a field makes of it', (file) => {
  const { bundle, problems } = loadTexts(new Map([[file, fs.readFileSync(path.join(FOLDER, file), 'utf8')]]));
  expect(problems).toEqual([]);
  expect(factsWithout(bundle.objects)).toMatchSnapshot();
});
