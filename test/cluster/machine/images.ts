import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { DEFAULT_PROXY_IMAGE } from '../../../lib/workload/nginx-container';
import { ENVIRONMENTS } from '../../../stacks/environments';
import { ctr } from './components';
import { inFolder, ROOT } from './folder';

/** What a sandbox runs: nothing, for ever. */
export const PAUSE_IMAGE = 'docker.io/holdfast/pause:1';

/** Where the image of the application has a server that speaks plain WebSockets, too. */
export const PLAIN_APPLICATION = '/plain.js';

interface Image {
  readonly names: readonly string[];
  /** Programs of this machine, with the libraries that they load. */
  readonly programs: readonly string[];
  /** Bundles, by the path that they get. */
  readonly bundles?: Readonly<Record<string, string>>;
  readonly config: object;
}

/** The images that the manifests name, made of this machine's own programs and imported under those very names. */
export function makeImages(): void {
  const node = realpathSync(process.execPath);
  const images: readonly Image[] = [
    { names: [PAUSE_IMAGE], programs: [], config: { Cmd: ['/bin/sleep', '1000000000'] } },
    {
      names: [`docker.io/${DEFAULT_PROXY_IMAGE}`],
      programs: ['/usr/sbin/nginx'],
      config: { User: '101', StopSignal: 'SIGQUIT', Cmd: ['nginx', '-g', 'daemon off;'], Env: ['PATH=/usr/sbin:/bin'] },
    },
    {
      names: [...new Set(ENVIRONMENTS.map(({ server }) => `docker.io/library/${server.image}`))],
      programs: [node],
      bundles: {
        '/application.js': join(ROOT, 'test', 'cluster', 'support', 'application.ts'),
        [PLAIN_APPLICATION]: join(ROOT, 'test', 'live', 'servers', 'mixed.ts'),
      },
      config: { Cmd: [node, '/application.js'], Env: ['PATH=/bin'] },
    },
  ];
  const scratch = mkdtempSync(inFolder('images-'));
  try {
    images.forEach((image, index) => {
      importImage(image, join(scratch, String(index)));
    });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function importImage({ names, programs, bundles = {}, config }: Image, folder: string): void {
  const root = join(folder, 'root');
  for (const part of ['bin', 'tmp', 'etc', 'var/log/nginx', 'var/lib/nginx']) {
    mkdirSync(join(root, part), { recursive: true });
  }
  copyFileSync('/bin/busybox', join(root, 'bin', 'busybox'));
  for (const tool of ['sh', 'sleep', 'touch', 'cat', 'ls', 'rm', 'id', 'wget', 'kill', 'ps', 'dd', 'nc', 'true']) {
    symlinkSync('busybox', join(root, 'bin', tool));
  }
  for (const program of programs) {
    const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
    for (const file of [program, ...libraries]) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      cpSync(file, join(root, file), { dereference: true });
    }
  }
  for (const [path, entry] of Object.entries(bundles)) {
    buildSync({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      target: 'node20',
      // In one file every module would take itself for the program.
      define: { 'require.main': 'undefined' },
      logLevel: 'error',
      outfile: join(root, path),
    });
  }
  // nginx says what is wrong before it has read where to say it.
  symlinkSync('/dev/stderr', join(root, 'var/log/nginx/error.log'));
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0::/:/bin/sh\nnginx:x:101:101::/:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n',
  );

  const image = join(folder, 'image');
  mkdirSync(image);
  const layer = join(image, 'layer.tar');
  execFileSync('tar', ['-C', root, '--owner=0', '--group=0', '--mtime=@0', '--sort=name', '-cf', layer, '.']);
  const digest = createHash('sha256').update(readFileSync(layer)).digest('hex');
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const rootfs = { type: 'layers', diff_ids: [`sha256:${digest}`] };
  writeFileSync(join(image, 'config.json'), JSON.stringify({ architecture, os: 'linux', config, rootfs }));
  const manifest = [{ Config: 'config.json', RepoTags: names, Layers: ['layer.tar'] }];
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest));
  const archive = join(folder, 'image.tar');
  execFileSync('tar', ['-C', image, '-cf', archive, '.']);
  ctr(['images', 'import', archive]);
}
