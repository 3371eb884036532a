import { endCluster } from './machine/down';
import { lockCluster } from './machine/lock';
import { sandbox } from './machine/sandbox';
import { startCluster } from './machine/up';

const HELP = `npm run cluster:up      a Kubernetes of one node on this machine: from Debian's packages, Go modules and this machine's own programs
npm run cluster:down    ends it and removes all it made, but for the binary in the cache`;

async function main(command: string | undefined): Promise<void> {
  const began = Date.now();
  const say = (step: string) => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s  ${step}`);
  if (command !== 'up' && command !== 'down') {
    console.log(HELP);
    process.exitCode = command === '--help' ? 0 : 2;
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('a cluster mounts, routes and makes containers: run this as root');
  await lockCluster(say);
  if (command === 'down') return endCluster();
  // Interrupted, it leaves nothing behind. Not in the middle of a step, which may just be making what has to be removed.
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      interrupted = true;
    });
  }
  const startedBy = process.ppid;
  const stopIfInterrupted = () => {
    // Whoever started this may have been killed, and nobody says so.
    if (interrupted || process.ppid !== startedBy) throw new Error('interrupted');
  };
  // One that ran before goes on, whatever becomes of what was to be added to it.
  const ran = sandbox() !== undefined;
  try {
    await startCluster((step) => {
      say(step);
      stopIfInterrupted();
    });
    // A step that never waited has heard of no signal yet.
    await new Promise(setImmediate);
    stopIfInterrupted();
  } catch (error) {
    if (!ran) await endCluster();
    throw error;
  }
}

main(process.argv[2]).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
