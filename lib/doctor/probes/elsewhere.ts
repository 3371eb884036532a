import type { Json } from '../evidence';
import { ANYWHERE, AS_PAGE, AS_SOCKET_IO } from '../facts/plain';
import { engineQuery } from '../reach/engine-io';
import { webSocketKey } from '../reach/read';
import type { Wire } from '../reach/wire';
import type { Probe } from './probe';
import { INVENTED } from './requests';

interface Alternative {
  readonly path: string;
  /** What it differs in, as one says it. */
  readonly change: string;
}

/** Where the server might be found instead. */
function alternatives(path: string, usual: readonly Alternative[]): readonly Alternative[] {
  const [pathname = '/', query = ''] = path.split('?');
  const search = query === '' ? '' : `?${query}`;
  const segments = pathname.split('/').filter((part) => part !== '');
  const options = [
    pathname.endsWith('/')
      ? { path: pathname.slice(0, -1), change: 'without the slash at the end' }
      : { path: `${pathname}/`, change: 'with a slash at the end' },
    ...usual,
    { path: `/${segments.slice(1).join('/')}/`.replace('//', '/'), change: 'without the first part of the path' },
  ];
  return options
    .filter((one, i) => one.path !== pathname && one.path !== '' && options.findIndex((o) => o.path === one.path) === i)
    .map((one) => ({ ...one, path: one.path + search }));
}

export const elsewhere: Probe = {
  id: 'elsewhere',
  doing: 'neighbouring paths, and other protocols',
  protocols: ['socket.io', 'websocket'],
  quick: true,
  seconds: () => 0.4,
  useless: (view) => {
    if (view.firsts.some(({ good }) => good) || view.heartbeat !== undefined) return 'the path answers';
    return view.asked.protocol === 'websocket' && view.firsts.every(({ answer }) => answer.outcome === 'timeout')
      ? 'nothing answers'
      : undefined;
  },
  run: async ({ wire }) => (wire.target.protocol === 'socket.io' ? engineIo(wire) : plain(wire)),
};

async function engineIo(wire: Wire): Promise<void> {
  const pathname = wire.target.path.split('?')[0] ?? '';
  const below = `${pathname}/socket.io/`.replace('//', '/');
  const usual = [
    { path: '/socket.io/', change: 'at the root' },
    ...(/\/socket\.io\/*$/.test(pathname) ? [] : [{ path: below, change: 'below the path' }]),
  ];
  await Promise.all([
    ...alternatives(wire.target.path, usual).map((one) => handshake(wire, one)),
    handshake(wire, { path: wire.target.path, change: 'protocol 3' }, '3'),
  ]);
}

async function plain(wire: Wire): Promise<void> {
  const { path } = wire.target;
  const usual = ['/', '/ws', '/websocket', '/socket'].map((one) => ({
    path: one,
    change: one === '/' ? 'at the root' : `at ${one}`,
  }));
  const page = async () => {
    // All that a WebSocket is asked for with, less what a proxy drops.
    const headers = { 'sec-websocket-version': '13', 'sec-websocket-key': webSocketKey() };
    const { answer, at, took } = await wire.request({ path, headers });
    note(wire, { path, change: AS_PAGE }, answer as unknown as Json, at, took);
  };
  const open = async (one: Alternative) => {
    const { answer, socket, at, took } = await wire.open({ path: one.path });
    socket?.close();
    note(wire, one, answer as unknown as Json, at, took);
  };
  await Promise.all([
    page(),
    page(),
    ...alternatives(path, usual).map(open),
    open({ path: `/${INVENTED}`, change: ANYWHERE }),
    handshake(wire, { path: '/socket.io/', change: AS_SOCKET_IO }),
  ]);
}

async function handshake(wire: Wire, one: Alternative, version = '4'): Promise<void> {
  const { answer, at, took } = await wire.request({ path: engineQuery(one.path, 'polling', undefined, version) });
  note(wire, one, answer as unknown as Json, at, took);
}

function note(wire: Wire, { path, change }: Alternative, answer: Json, at: number, took: number): void {
  wire.record('elsewhere', { path: path.split('?')[0] as string, change }, answer, at, took);
}
