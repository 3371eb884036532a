import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const silent = new Set<ChildProcess>();

/** Ends what a test left behind. */
export function endSilent(): void {
  for (const child of silent) child.kill('SIGKILL');
  silent.clear();
}

/** Starts a program in Python, and waits for its first words. */
async function started(what: string, script: string, ...args: readonly number[]): Promise<ChildProcess> {
  const child = spawn('python3', ['-c', script, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
  silent.add(child);
  await new Promise((resolve, reject) => {
    child.stdout?.once('data', resolve);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the ${what} ended`)));
  });
  return child;
}

/**
 * An address that accepts nothing and refuses nothing, as that of a pod whose node is gone: a listener whose queue is full, so that the kernel drops every further attempt to connect. Told anything,
 * it becomes a pod that says who it is.
 */
export async function blackhole(port: number): Promise<ChildProcess> {
  const script =
    "import socket,sys,threading\nport=sys.argv[1]\ns=socket.socket();s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1);s.bind(('127.0.0.1',int(port)));s.listen(0)\n" +
    "held=[]\nfor i in range(4):\n c=socket.socket();c.setblocking(False);c.connect_ex(('127.0.0.1',int(port)));held.append(c)\nprint('full',flush=True)\nsys.stdin.readline()\n" +
    'for c in held: c.close()\n' +
    `says='{"port":'+port+'}'\n` +
    "answer=('HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s'%(len(says),says)).encode()\n" +
    "def serve(c):\n try:\n  got=b''\n  while b'\\r\\n\\r\\n' not in got:\n   more=c.recv(65536)\n   if not more: return\n   got+=more\n  c.sendall(answer)\n finally: c.close()\n" +
    "s.listen(128);print('open',flush=True)\n" +
    'while True: threading.Thread(target=serve,args=(s.accept()[0],),daemon=True).start()';
  return started('blackhole', script, port);
}

/** A Service: one port, and behind it pods, to any of which each new connection may get. The last of them accepts nothing and refuses nothing. */
export async function service(port: number, pods: number): Promise<void> {
  const script =
    'import socket,sys,threading,time\nport=int(sys.argv[1])\ndef pod():\n s=socket.socket();s.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEPORT,1);' +
    "s.bind(('127.0.0.1',port));return s\n" +
    "def answer(c):\n try:\n  while b'\\r\\n\\r\\n' not in c.recv(65536): pass\n" +
    "  c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok')\n except OSError: pass\n c.close()\n" +
    'def serve(s):\n s.listen(128)\n while True: threading.Thread(target=answer,args=(s.accept()[0],),daemon=True).start()\n' +
    'for i in range(int(sys.argv[2])-1): threading.Thread(target=serve,args=(pod(),),daemon=True).start()\n' +
    'dead=pod();dead.listen(0);held=[]\n' +
    "for i in range(200):\n c=socket.socket();c.setblocking(False);c.connect_ex(('127.0.0.1',port));held.append(c)\n" +
    "time.sleep(0.5);print('up',flush=True);time.sleep(600)";
  await started('Service', script, port, pods);
}

/** Connections that are asked for at a port and not answered yet, by the port that asks: how often the kernel has sent the first packet again. */
export function unanswered(port: number): Map<string, number> {
  const SYN_SENT = '02';
  const at = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[2] === at && fields[3] === SYN_SENT);
  return new Map(sockets.map((fields) => [fields[1] as string, Number.parseInt(fields[6] as string, 16)]));
}
