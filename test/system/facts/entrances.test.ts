import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadTexts, type Manifest } from '../../../lib/manifest';
import { factsWithout } from './without';

const FOLDER = path.join(__dirname, '../../rules/entrances');
const SERVER = fs.readFileSync(path.join(FOLDER, 'server.yaml'), 'utf8');
const SHAPES = fs.readdirSync(FOLDER).filter((file) => file !== 'server.yaml');

test.each(SHAPES)('what is read behind %s, and what a field makes of it', (file) => {
  const entrance = objects(fs.readFileSync(path.join(FOLDER, file), 'utf8'));
  expect(factsWithout(entrance, objects(SERVER))).toMatchSnapshot();
});

function objects(text: string): readonly Manifest[] {
  return loadTexts(new Map([['base.yaml', text]])).bundle.objects;
}
