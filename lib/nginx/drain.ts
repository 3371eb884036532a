import { HEALTH_PATH, READY_PATH } from './proxy-props';
import { block, type Statement } from './statement';

/** Socket.IO's own longest reconnection delay: a client that is told to come back later would not have come sooner than this. */
const RETRY_AFTER_SECONDS = 5;

/**
 * What probes and balancers ask. Answered without the application, so that a slow application is not restarted for being slow.
 *
 * The flag is looked up on every request: nginx's `open_file_cache` would remember for a while that it was not there.
 */
export function healthLocations(drainFlag: string): Statement[] {
  return [
    block(`location = ${HEALTH_PATH}`, ['access_log off', 'return 200 "healthy\\n"']),
    block(
      `location = ${READY_PATH}`,
      'access_log off',
      block(`if (-f ${drainFlag})`, ['return 503 "draining\\n"']),
      'return 200 "ready\\n"',
    ),
  ];
}

/**
 * Refuses new sessions while the pod drains and lets those that exist go on: a polling client is a new request every time, and refusing
 * it would end a session that still has the whole drain to be moved in. A request without a session id is what opens a session.
 */
export function refuseNewSessions(drainFlag: string): Statement[] {
  return [
    "set $retry_after ''",
    'set $admission sid-$has_sid',
    block(`if (-f ${drainFlag})`, ['set $admission draining-sid-$has_sid']),
    block('if ($admission = draining-sid-no)', [`set $retry_after ${RETRY_AFTER_SECONDS}`, 'return 503 "draining\\n"']),
    // nginx leaves a header with an empty value out.
    'add_header Retry-After $retry_after always',
  ];
}
