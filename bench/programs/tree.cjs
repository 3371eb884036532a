const { HoldfastApp } = require('../../dist/lib/synth');
const { WebSocketChart } = require('../../dist/lib/environments');
const { environment } = require('./environment.cjs');
const { systems } = require('./system.cjs');

const [count, outdir] = process.argv.slice(2);
const app = new HoldfastApp({ outdir });
for (const system of systems(Number(count))) new WebSocketChart(app, environment(system));
app.synth();
