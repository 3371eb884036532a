const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Two at a time: beside a suite that is judged by the second none that starts many pods. What takes the whole cluster comes last (environment.ts). */
const ORDER = [
  'timeline',
  'acceptance',
  'accepted',
  'autoscaling',
  'faults',
  'storage',
  'doctor',
  'mending',
  'adopting',
  'clients',
  'outage',
];

/** Not TypeScript: Jest reads it before it reads that. */
module.exports = class ClusterOrder extends Sequencer {
  sort(tests) {
    const place = ({ path }) => ORDER.indexOf(basename(path, '.test.ts'));
    return [...tests].sort((a, b) => place(a) - place(b));
  }
};
