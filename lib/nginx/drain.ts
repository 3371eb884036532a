import { HEALTH_PATH, PID_FILE, READY_PATH } from './proxy-props';
import { block, type Statement } from './statement';

/** What probes and balancers ask. Answered without the application, so that a slow application is not restarted for being slow. */
export function healthLocations(): Statement[] {
  return [
    block(`location = ${HEALTH_PATH}`, ['access_log off', 'return 200 "healthy\\n"']),
    block(
      `location = ${READY_PATH}`,
      'access_log off',
      block('if ($draining = yes)', ['return 503 "draining\\n"']),
      'return 200 "ready\\n"',
    ),
  ];
}

/** The part of the configuration that is there during a drain only: from then on every answer ends its connection. At `server` level. */
export function drainDirectives(drainFlag: string): Statement[] {
  // As a pattern, because a plain name must exist.
  return [`include ${configurationBeside(drainFlag).slice(0, -1)}[f]`];
}

/**
 * The shell command that begins a drain, run where nginx runs: raises the flag, and has nginx read its configuration again.
 *
 * The reload is what ends connections that clients keep for their next request: its old workers close those that are idle, finish what is in progress, and keep WebSockets for
 * `worker_shutdown_timeout`; its new workers keep none alive. A client behind a Service whose session is moved then opens a new connection, which gets to another pod, instead of
 * coming back over the one that it has.
 */
export function drainCommand(drainFlag: string): string {
  return [
    `touch ${drainFlag}`,
    `echo 'keepalive_timeout 0;' >${configurationBeside(drainFlag)}`,
    `kill -HUP "$(cat ${PID_FILE})"`,
  ].join(' && ');
}

/**
 * The shell command to run before nginx starts: forgets a drain of the container's life before this one. `/tmp` outlives a container, and the kubelet runs preStop for a container that it
 * restarts as well: without this the pod would refuse everybody for good.
 */
export function freshStartCommand(drainFlag: string): string {
  return `rm -rf ${drainFlag} ${configurationBeside(drainFlag)}`;
}

function configurationBeside(drainFlag: string): string {
  return `${drainFlag}.conf`;
}
