const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** Builds and packs once for all suites; they find the tarball in the environment. */
module.exports = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-package-'));
  const root = path.join(__dirname, '..', '..', '..');
  // A build of its own: what an earlier build left in dist/ must not be in it.
  fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).replace(/^[^[]*/, ''),
  );
  process.env.HOLDFAST_PACKAGE = path.join(folder, filename);
};
