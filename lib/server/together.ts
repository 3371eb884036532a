import type { ShutdownReport } from './shutdown-props';

/** The shutdowns that go on in this process. */
interface Group {
  going: number;
  failed: boolean;
  readonly exits: ((code: number) => void)[];
}

let group: Group | undefined;

/**
 * Runs a shutdown, and ends the process when no other one goes on in it: several servers of one process hear the same signal, and whoever has nobody to wait for
 * would take the clients of the others down with it, and what they have not written out.
 */
export async function exitTogether(
  shutdown: () => Promise<ShutdownReport>,
  exit: (code: number) => void,
): Promise<ShutdownReport> {
  group ??= { going: 0, failed: false, exits: [] };
  const own = group;
  own.going += 1;
  let failed = true;
  try {
    const report = await shutdown();
    failed = report.failures.length > 0;
    return report;
  } finally {
    // One that breaks off, too: a process that nothing ends any more is killed with everybody on it.
    own.going -= 1;
    own.failed ||= failed;
    own.exits.push(exit);
    if (own.going === 0) {
      group = undefined;
      for (const end of new Set(own.exits)) end(own.failed ? 1 : 0);
    }
  }
}
