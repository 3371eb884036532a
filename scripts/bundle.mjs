// The last step of the build: makes one file of what `holdfast check` loads. Everything else stays as the compiler wrote it, and the rules that a
// program imports are the same source.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Packages that become part of the file, with their licences. Others, such as what expands globs, are loaded when they are needed. */
const WITHIN = ['commander', 'js-yaml'];

/** Commander starts programs for subcommands that are programs of their own. There are none here, and what starts them takes 4 ms to load. */
const startsNothing = {
  name: 'starts-nothing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'later' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'later' }, () => ({
      contents: "module.exports = new Proxy({}, { get: (_, name) => require('node:child_process')[name] });",
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['lib/cli/check-program.ts'],
  outfile: 'dist/lib/cli/check-program.js',
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['tinyglobby'],
  // The one that is required elsewhere too: reading with the other one takes a fifth longer.
  alias: { 'js-yaml': createRequire(import.meta.url).resolve('js-yaml') },
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
  plugins: [startsNothing],
  footer: { js: WITHIN.map(licence).join('\n') },
});

const taken = Object.keys(metafile.inputs).flatMap(
  (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
);
const others = [...new Set(taken)].filter((name) => !WITHIN.includes(name));
if (others.length > 0) throw new Error(`${others.join(', ')} would become part of the file without a licence`);

function licence(name) {
  const text = fs.readFileSync(`${root}/node_modules/${name}/LICENSE`, 'utf8').replace(/^\s*/, '').trimEnd();
  const lines = text.split('\n').map((line) => ` * ${line}`.trimEnd());
  return `/*! Of ${name}, which is part of this file:\n *\n${lines.join('\n')}\n */`;
}
