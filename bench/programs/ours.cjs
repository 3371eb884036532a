const { HoldfastApp } = require('../../dist/lib/synth');
const { WebSocketChart } = require('../../dist/lib/environments');
const { environment } = require('./environment.cjs');
const { systems } = require('./system.cjs');

const [count, outdir] = process.argv.slice(2);
const app = new HoldfastApp({ outdir });
app.synthEach(systems(Number(count)), (system) => new WebSocketChart(app, environment(system)));
