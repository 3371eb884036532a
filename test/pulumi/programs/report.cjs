const fs = require('node:fs');

// Loaded before a program: when that ends, it says which files it read, and how many stacks were written out with more than their first line.
const { prepareStackTrace: none } = Error;
let stacks = 0;
let format = none;
Object.defineProperty(Error, 'prepareStackTrace', {
  get: () => (error, frames) => {
    if (frames.length > 0) stacks++;
    return format === undefined ? [error, ...frames].join('\n    at ') : format(error, frames);
  },
  set: (given) => {
    format = given;
  },
});

process.on('exit', () =>
  fs.writeFileSync(process.env.REPORT, JSON.stringify({ files: Object.keys(require.cache), stacks })),
);
