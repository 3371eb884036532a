// What Pulumi starts. esbuild makes one text of our sources, in a tenth of a second; reading them file by file costs about half a second more, before each preview.
const { Module, SourceMap } = require('node:module');
const path = require('node:path');
const promises = require('@pulumi/pulumi/runtime/debuggable');
const { buildSync } = require('esbuild');

const program = path.join(__dirname, 'pulumi.cjs');
const [map, text] = built();

// For those who look for leaks Pulumi writes the stack of every promise down, of thousands. Nobody else reads them, and they were a third of what we cost.
const { debuggablePromise } = promises;
if (debuggablePromise !== undefined && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  promises.debuggablePromise = (promise, context) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

// An error names the lines of our sources, and so does what Pulumi notes of each resource.
const PLACES = new RegExp(`${program.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}:(\\d+):(\\d+)`, 'g');
let sources;
Error.prepareStackTrace = ({ name = 'Error', message }, frames) =>
  [message ? `${name}: ${message}` : name, ...frames].join('\n    at ').replace(PLACES, (place, line, column) => {
    sources ??= new SourceMap(JSON.parse(map));
    const { originalSource, originalLine, originalColumn } = sources.findEntry(line - 1, column - 1);
    if (originalSource === undefined) return place;
    return `${path.resolve(__dirname, originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
  });

const compiled = new Module(program, module);
compiled.filename = program;
compiled.paths = module.paths;
compiled._compile(text, program);
module.exports = compiled.exports;

function built() {
  try {
    const { outputFiles } = buildSync({
      absWorkingDir: __dirname,
      entryPoints: ['pulumi.ts'],
      outfile: program,
      write: false,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: `node${process.versions.node}`,
      keepNames: true,
      sourcemap: 'external',
      sourcesContent: false,
      logLevel: 'silent',
    });
    return outputFiles.map((file) => file.text);
  } catch (error) {
    if (error.errors === undefined) throw error;
    // Pulumi shows of these what is wrong where, and no stack, which would be that of esbuild.
    throw new SyntaxError(error.message);
  }
}
