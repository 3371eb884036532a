const fs = require('node:fs');
const path = require('node:path');
const { dump } = require('js-yaml');
const { systems } = require('./system.cjs');
const { template } = require('./template.cjs');

const [count, outdir, textsFile] = process.argv.slice(2);
const texts = JSON.parse(fs.readFileSync(textsFile, 'utf8'));
for (const system of systems(Number(count))) {
  const folder = path.join(outdir, system.name);
  fs.mkdirSync(folder, { recursive: true });
  for (const { file, object } of template(system, texts)) {
    fs.writeFileSync(path.join(folder, file), dump(object, { noRefs: true, lineWidth: -1 }));
  }
}
