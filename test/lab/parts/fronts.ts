import type { Lab, Running } from '../lab';

export interface NginxFront {
  /** @default - by the address of the client */
  readonly affinity?: 'address' | 'none';
  /** @default true */
  readonly upgrade?: boolean;
  readonly readTimeout?: string;
  /** Directives of the location. */
  readonly location?: string;
  /** Directives of the server. */
  readonly server?: string;
  /** Directives of http. */
  readonly http?: string;
  readonly events?: string;
  readonly main?: string;
  readonly path?: string;
  readonly pass?: string;
  /** Parameters of each server of the upstream. */
  readonly each?: string;
  readonly tls?: { readonly pem: string; readonly http2?: boolean };
}

export interface Front extends Running {
  readonly port: number;
  readonly url: string;
}

export async function nginxFront(lab: Lab, backends: readonly number[], front: NginxFront = {}): Promise<Front> {
  const port = await lab.port();
  const inside = nginxInside(port, backends, front);
  const { events, main } = front;
  const running = await lab.nginx(port, inside, {
    ...(events === undefined ? {} : { events }),
    ...(main === undefined ? {} : { main }),
  });
  return { ...running, port, url: `${front.tls === undefined ? 'http' : 'https'}://localhost:${port}` };
}

export function nginxInside(port: number, backends: readonly number[], front: NginxFront): string {
  const servers = backends.map((backend) => `server 127.0.0.1:${backend} ${front.each ?? ''};`).join(' ');
  const headers =
    front.upgrade === false
      ? ''
      : 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;';
  const tls = front.tls === undefined ? '' : `ssl_certificate ${front.tls.pem}; ssl_certificate_key ${front.tls.pem};`;
  const listen = ['127.0.0.1', '[::1]'].map(
    (address) =>
      `listen ${address}:${port}${front.tls === undefined ? '' : ` ssl${front.tls.http2 === true ? ' http2' : ''}`};`,
  );
  return `${front.http ?? ''}
  upstream app { ${front.affinity === 'none' ? '' : 'hash $remote_addr$http_x_lab;'} ${servers} }
  server {
    ${listen.join(' ')}
    ${tls} ${front.server ?? ''}
    location ${front.path ?? '/'} {
      proxy_pass ${front.pass ?? 'http://app'};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      ${headers}
      proxy_read_timeout ${front.readTimeout ?? '60s'};
      ${front.location ?? ''}
    }
  }`;
}

export interface HaproxyFront {
  /** @default true */
  readonly cookie?: boolean | string;
  readonly frontend?: string;
  readonly backend?: string;
  /** Parameters of each server. */
  readonly each?: string;
  readonly bind?: string;
}

export async function haproxyFront(lab: Lab, backends: readonly number[], front: HaproxyFront = {}): Promise<Front> {
  const port = await lab.port();
  const cookie = front.cookie ?? true;
  const servers = backends.map(
    (backend, i) =>
      `  server pod${i} 127.0.0.1:${backend}${cookie === false ? '' : ` cookie pod${i}`} ${front.each ?? ''}`,
  );
  const running = await lab.haproxy(
    port,
    `frontend front
  bind 127.0.0.1:${port} ${front.bind ?? ''}
  bind [::1]:${port} ${front.bind ?? ''}
${front.frontend ?? ''}
  default_backend app
backend app
  balance roundrobin
${cookie === false ? '' : `  cookie ${cookie === true ? 'POD insert indirect nocache' : cookie}`}
${front.backend ?? ''}
${servers.join('\n')}`,
  );
  return { ...running, port, url: `${front.bind?.includes('ssl') ? 'https' : 'http'}://localhost:${port}` };
}
