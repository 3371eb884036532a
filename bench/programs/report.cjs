const fs = require('node:fs');

// Loaded into every measured Node program; the work is done when this runs.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const report = {
    cpu: (userCPUTime + systemCPUTime) / 1e6 + childrenCpu(),
    alive: performance.now() / 1000,
    peak: (ownPeak() ?? maxRSS) / 1024,
  };
  fs.writeFileSync(process.env.BENCH_REPORT, JSON.stringify(report));
});

/** Seconds of the programs that this one started and that have ended; known on Linux only. */
function childrenCpu() {
  if (process.platform !== 'linux') return 0;
  // The fields after the name in parentheses; theirs are the 14th and 15th of them, in hundredths of a second.
  const fields = fs
    .readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** In KiB. On Linux `maxRSS` starts at the size of the process that started this one, which would hide what is smaller. */
function ownPeak() {
  if (process.platform !== 'linux') return undefined;
  return Number(/VmHWM:\s*(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
