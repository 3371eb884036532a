import * as fs from 'node:fs';
import * as path from 'node:path';
import { catalogue } from '../lib/rules/catalogue';

fs.writeFileSync(path.join(__dirname, '..', 'docs', 'rules.md'), catalogue());
