import type { Bundle } from '../../manifest/bundle';
import { type FieldPath, listOf, textOf, wordsOf } from '../../manifest/field';
import type { Manifest } from '../../manifest/manifest';
import { type Directive, parseNginx } from '../nginx-text';
import { type ContainerAt, containersOf, WORKLOAD_KINDS } from '../pod';
import { type Mounted, type MountedFile, mountedIn } from './mounted';

/** A file of an nginx configuration, with what stands in it. */
export interface NginxFile {
  readonly configMap: Manifest;
  readonly path: FieldPath;
  readonly directives: readonly Directive[];
}

/** The nginx that a container runs, with everything that it reads, as it reads it. */
export interface NginxOfPod {
  readonly container: ContainerAt;
  readonly files: readonly NginxFile[];
  /** Every `server` that it runs, with the file that it stands in. */
  readonly servers: readonly { readonly file: NginxFile; readonly block: readonly Directive[] }[];
  /** All of it is known: no file of the image or of somebody else adds a server. */
  readonly complete: boolean;
  /** Files that are mounted, look like nginx's, and are read by nobody. */
  readonly unread: readonly MountedFile[];
}

/** Images that run nginx and nothing else, by the layout of the official one. */
const OFFICIAL = /^(?:[\w.-]+(?::\d+)?\/)?(?:library\/)?(?:nginx|nginxinc\/nginx-unprivileged)(?:[:@].*)?$/;

/** Is this nginx, as its makers ship it? */
export function isNginx(container: ContainerAt): boolean {
  return OFFICIAL.test(textOf(container.value.image) ?? '');
}

/** Every nginx in the pods of a workload whose configuration is mounted. */
export function nginxesOf(bundle: Bundle, workload: Manifest): readonly NginxOfPod[] {
  return bundle.once(findNginxes).get(workload) ?? [];
}

function findNginxes(bundle: Bundle): ReadonlyMap<Manifest, readonly NginxOfPod[]> {
  return new Map(
    bundle.ofKind(...WORKLOAD_KINDS).map((workload) => {
      const nginxes = containersOf(workload).filter(isNginx);
      return [workload, nginxes.flatMap((one) => readNginx(one, mountedIn(bundle, workload, one)) ?? [])] as const;
    }),
  );
}

const FOLDER = '/etc/nginx';
/** Files of the image that make no server. */
const HARMLESS = /(mime\.types|_params|modules(-enabled)?\/\*\.conf)$/;

function readNginx(container: ContainerAt, { files, folders, more }: Mounted): NginxOfPod | undefined {
  const command = [...listOf(container.value.command), ...listOf(container.value.args)].map(wordsOf).join(' ');
  const main = /\s-c\s+["']?(\/[^\s"';]+)/.exec(command)?.[1] ?? `${FOLDER}/nginx.conf`;
  // Something else is started, which may start nginx in its own way.
  const started = command === '' || /(^|[\s/])nginx(\s|$)/.test(command);
  const own = files.find(({ file }) => file === main);
  const read = new Set<MountedFile>();
  const found: NginxFile[] = [];
  const servers: { file: NginxFile; block: readonly Directive[] }[] = [];
  let complete = started;
  const open = (one: MountedFile): NginxFile => {
    read.add(one);
    const file = { configMap: one.configMap, path: one.path, directives: parseNginx(one.text) };
    found.push(file);
    return file;
  };
  const include = (pattern: string): void => {
    const absolute = pattern.startsWith('/') ? pattern : `${main.slice(0, main.lastIndexOf('/'))}/${pattern}`;
    const matches = files.filter(({ file }) => globOf(absolute).test(file));
    const folder = absolute.slice(0, absolute.lastIndexOf('/'));
    for (const one of matches.filter((each) => !read.has(each))) inHttp(open(one));
    // What the image has in a folder is hidden by a mount over the whole of it.
    if (!folders.includes(folder) && !HARMLESS.test(absolute)) complete = false;
  };
  const inHttp = (file: NginxFile, directives = file.directives): void => {
    for (const { name, args, block } of directives) {
      if (name === 'include') include(args[0] ?? '');
      else if (name === 'http' && block !== undefined) inHttp(file, block);
      else if (name === 'server' && block !== undefined) servers.push({ file, block });
    }
  };
  if (own !== undefined) inHttp(open(own));
  else {
    // The main file of the image takes in this folder, and templates are copied there when it starts.
    for (const one of files.filter(({ file }) => /^\/etc\/nginx\/conf\.d\/[^/]+\.conf$/.test(file))) inHttp(open(one));
    for (const one of files.filter(({ file }) => /^\/etc\/nginx\/templates\/.+\.template$/.test(file)))
      inHttp(open(one));
    if (main !== `${FOLDER}/nginx.conf` || !folders.includes(`${FOLDER}/conf.d`)) complete = false;
  }
  if (more || servers.some(({ block }) => listensOf(block) === undefined)) complete = false;
  const unread = files.filter((one) => !read.has(one) && looksLikeNginx(one));
  if (found.length === 0 && unread.length === 0) return undefined;
  // A file that is taken in inside a server is read as well, whatever stands there.
  const inner = found.flatMap(({ directives }) => innerIncludes(directives)).map(globOf);
  return {
    container,
    files: found,
    servers,
    complete,
    unread: unread.filter(({ file }) => !inner.some((one) => one.test(file))),
  };
}

function innerIncludes(directives: readonly Directive[]): readonly string[] {
  return directives.flatMap(({ name, args, block }) => [
    ...(name === 'include' && args[0] !== undefined
      ? [args[0].startsWith('/') ? args[0] : `${FOLDER}/${args[0]}`]
      : []),
    ...(block === undefined ? [] : innerIncludes(block)),
  ]);
}

function looksLikeNginx({ file, text }: MountedFile): boolean {
  return /\.conf(\.template)?$/.test(file) && /^\s*(server|http|upstream)\b[^;]*\{/m.test(text);
}

function globOf(pattern: string): RegExp {
  const text = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${text}$`);
}

/** The ports that a `server` listens on; `undefined` where one of them is not a number that is known. */
export function listensOf(block: readonly Directive[]): readonly number[] | undefined {
  const listens = block.filter(({ name }) => name === 'listen').map(({ args }) => args[0] ?? '');
  if (listens.length === 0) return [80];
  const ports = listens
    .filter((one) => !one.startsWith('unix:'))
    .map((one) => {
      const port = /^(?:.*:)?(\d+)$/.exec(one)?.[1];
      if (port !== undefined) return Number(port);
      return /^[\w.[\]:*-]+$/.test(one) ? 80 : Number.NaN;
    });
  return ports.some(Number.isNaN) ? undefined : ports;
}
