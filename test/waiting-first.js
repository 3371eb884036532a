const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** Tests of the server wait for real seconds. They begin first, so that nothing waits for them when all others are done. */
const WAITING = path.join(__dirname, 'server') + path.sep;

/** Not TypeScript: Jest reads it before it reads that. */
module.exports = class WaitingFirst extends Sequencer {
  sort(tests) {
    const waits = ({ path: file }) => (file.startsWith(WAITING) ? 0 : 1);
    return super.sort(tests).sort((a, b) => waits(a) - waits(b));
  }
};
