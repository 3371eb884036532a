const fs = require('node:fs');
const { App, Chart } = require('cdk8s');
const { systems } = require('./system.cjs');
const { addEdge } = require('./stock-edge.cjs');
const { addServer } = require('./stock-server.cjs');

// cdk8s-plus-28 as its documentation uses it: a chart per system, `App.synth` as it is. What it has no class for is an ApiObject or a patch.
const [count, outdir, textsFile] = process.argv.slice(2);
const texts = JSON.parse(fs.readFileSync(textsFile, 'utf8'));
const app = new App({ outdir });
for (const system of systems(Number(count))) {
  const chart = new Chart(app, system.name, { namespace: system.name, disableResourceNameHashes: true });
  addEdge(chart, system, addServer(chart, system, texts));
}
app.synth();
