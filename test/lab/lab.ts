import { fork, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { claimPort } from './ports';

const SERVERS = join(__dirname, 'parts', 'servers.mjs');

/** The heartbeat of the lab: short, so that what takes a minute elsewhere takes seconds here. */
export const BEAT = { pingInterval: 2000, pingTimeout: 1500 };

export interface ServerOptions {
  readonly kind?: 'socket.io' | 'ws';
  readonly pingInterval?: number;
  readonly pingTimeout?: number;
  readonly path?: string;
  readonly page?: string;
  readonly pageStatus?: number;
  readonly host?: string;
  readonly maxHttpBufferSize?: number;
  readonly keepAliveTimeout?: number;
  readonly cors?: { readonly origin: string; readonly credentials?: boolean };
  readonly allowedOrigin?: string;
  readonly token?: string;
  readonly throws?: boolean;
  readonly transports?: readonly string[];
  /** How long each handshake takes. */
  readonly slowMs?: number;
  /** Of plain WebSockets: the age at which each is closed in order, and the subprotocol without which none is let in. */
  readonly closeAfterMs?: number;
  readonly subprotocol?: string;
  readonly broken?: { readonly index: number; readonly how: '500' | 'hang' };
}

export type Order =
  | { readonly do: 'block'; readonly ms: number; readonly every?: number }
  | { readonly do: 'disconnect' | 'closeAll' }
  | { readonly do: 'paced'; readonly ms: number };

/** Servers in one process. */
export interface Servers {
  readonly ports: readonly number[];
  /** Has something done; how many sockets it concerns. */
  order(order: Order): Promise<number>;
  /** Resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** The real parts of one experiment, and the way to end them all. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-lab-'));
  private readonly ending: (() => void | Promise<void>)[] = [];

  /** Writes a file of the experiment; its path. */
  save(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  later(end: () => void | Promise<void>): void {
    this.ending.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.ending.reverse()) await end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A port that is this lab's until it ends, whether anything listens there or not. */
  async port(): Promise<number> {
    const { port, release } = await claimPort();
    this.later(release);
    return port;
  }

  ports(count: number): Promise<number[]> {
    return Promise.all(Array.from({ length: count }, () => this.port()));
  }

  /** Servers on so many ports, in one process; the lab's heartbeat unless told otherwise. */
  async servers(count = 3, options: ServerOptions = {}, ports?: readonly number[]): Promise<Servers> {
    const on = ports ?? (await this.ports(count));
    const child = fork(SERVERS, [JSON.stringify({ ...BEAT, ...options, ports: on })], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
      child.kill(signal);
      return gone;
    };
    this.later(() => kill());
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`servers ended with ${code}: ${errors}`)));
    });
    return {
      ports: on,
      kill,
      order: (order) =>
        new Promise((resolve) => {
          child.once('message', ({ sockets }: { sockets: number }) => resolve(sockets));
          child.send(order);
        }),
    };
  }

  /** One process for each server, so that one of them can die. */
  separate(count: number, options: ServerOptions = {}): Promise<Servers[]> {
    return Promise.all(Array.from({ length: count }, () => this.servers(1, options)));
  }

  /** Starts nginx with the inside of `http { … }`, and waits until `port` answers. */
  async nginx(port: number, http: string, options: { events?: string; main?: string } = {}): Promise<Running> {
    const folder = mkdtempSync(join(this.folder, 'nginx-'));
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const file = join(folder, 'nginx.conf');
    const write = (inside: string) =>
      writeFileSync(
        file,
        `${process.getuid?.() === 0 ? 'user root;\n' : ''}worker_processes 1;\npid ${folder}/pid;\nerror_log stderr warn;\n${options.main ?? ''}
events { ${options.events ?? 'worker_connections 512;'} }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
${inside}
}
`,
      );
    write(http);
    const nginx = await this.start(
      binary('nginx'),
      ['-p', folder, '-c', file, '-e', 'stderr', '-g', 'daemon off;'],
      port,
    );
    return { ...nginx, rewrite: write };
  }

  async haproxy(port: number, configuration: string): Promise<Running> {
    const folder = mkdtempSync(join(this.folder, 'haproxy-'));
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  maxconn 512
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
${configuration}
`,
    );
    return { ...(await this.start(binary('haproxy'), ['-db', '-f', file], port)), rewrite: () => {} };
  }

  /** A certificate authority and a certificate for these names. */
  certificate(options: { names?: string; expired?: boolean } = {}): { pem: string; ca: string; caFile: string } {
    const folder = mkdtempSync(join(this.folder, 'tls-'));
    const at = (name: string) => join(folder, name);
    const openssl = (...args: string[]) => {
      const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
    };
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '30', '-subj', '/CN=Lab authority');
    openssl('req', ...key, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=lab');
    writeFileSync(at('ext'), `subjectAltName=${options.names ?? 'DNS:localhost,IP:127.0.0.1'}\n`);
    writeFileSync(at('index.txt'), '');
    writeFileSync(at('serial'), '01\n');
    writeFileSync(
      at('ca.cnf'),
      `[ca]\ndefault_ca=lab\n[lab]\ndir=${folder}\nnew_certs_dir=${folder}\ndatabase=index.txt\nserial=serial\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n`,
    );
    const dates =
      options.expired === true ? ['-startdate', '20200101000000Z', '-enddate', '20210101000000Z'] : ['-days', '20'];
    openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      'ca.cnf',
      '-cert',
      'ca.pem',
      '-keyfile',
      'ca.key',
      '-in',
      'leaf.csr',
      '-out',
      'leaf.pem',
      '-extfile',
      'ext',
      ...dates,
    );
    const pem = at('both.pem');
    writeFileSync(pem, readFileSync(at('leaf.pem'), 'utf8') + readFileSync(at('leaf.key'), 'utf8'));
    return { pem, ca: readFileSync(at('ca.pem'), 'utf8'), caFile: at('ca.pem') };
  }

  private async start(program: string, args: readonly string[], port: number): Promise<Omit<Running, 'rewrite'>> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        log += text;
      });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    let failed: Error | undefined;
    child.once('error', (error) => {
      failed = error;
    });
    this.later(async () => {
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 1500);
      if (child.exitCode === null && failed === undefined) await exited;
      clearTimeout(killer);
    });
    for (let tries = 0; !(await listens(port)); tries += 1) {
      if (failed !== undefined || child.exitCode !== null || tries > 1200)
        throw new Error(`${program} does not serve: ${failed?.message ?? ''} ${log}`);
      await new Promise((done) => setTimeout(done, 25));
    }
    return { log: () => log, signal: (name) => void child.kill(name), pid: child.pid as number };
  }
}

export interface Running {
  readonly pid: number;
  log(): string;
  signal(name: NodeJS.Signals): void;
  /** Changes the configuration file; a signal has it read. */
  rewrite(inside: string): void;
}

export function binary(name: string): string {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const file = join(folder, name);
    if (spawnSync('test', ['-x', file]).status === 0) return file;
  }
  throw new Error(
    `${name} is not installed; the lab needs it (Debian: apt-get install ${name === 'nginx' ? 'nginx-light' : name})`,
  );
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
