import * as fs from 'node:fs';
import * as path from 'node:path';
import { bundleOf } from '../support';
import { factsWithout } from './without';

const FOLDER = path.join(__dirname, '../../rules/entrances');
const objects = (file: string) => bundleOf(fs.readFileSync(path.join(FOLDER, file), 'utf8')).objects;
const SHAPES = fs.readdirSync(FOLDER).filter((file) => file !== 'server.yaml');

test.each(SHAPES)('what is read behind %s, and what a field makes of it', (file) => {
  expect(factsWithout(objects(file), objects('server.yaml'))).toMatchSnapshot();
});
