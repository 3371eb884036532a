// What Pulumi starts: tsx for our sources, and for nothing else. As `--import tsx` it would also look through every file of Pulumi and its dependencies, which are
// JavaScript already, and read their source maps: half a second and 50 MB before each preview.
const { _extensions: loaders } = require('node:module');

const javaScript = loaders['.js'];
require('tsx/cjs');
loaders['.js'] = (module, file) => {
  process.setSourceMapsEnabled(false);
  try {
    javaScript(module, file);
  } finally {
    // For what comes after it: an error in our sources names their lines.
    process.setSourceMapsEnabled(true);
  }
};

module.exports = require('./pulumi.ts');
