/**
 * Seconds that are the same for every system: what platforms and programs do when nobody tells them otherwise, and the bounds within
 * which a timing is derived. What differs between systems is an input of `deriveTiming`.
 */

/** Socket.IO's own heartbeat. @see https://socket.io/docs/v4/server-options/#pinginterval */
export const SOCKET_IO_HEARTBEAT = Object.freeze({ pingIntervalSeconds: 25, pingTimeoutSeconds: 20 });

/** Added where a timeout must outlast the heartbeat: the least that leaves a late packet time to arrive. */
export const LEAST_MARGIN_SECONDS = 10;

/** Added where nothing else is asked for: the documented, recommended margin. */
export const RECOMMENDED_MARGIN_SECONDS = 30;

/** A client that was away over lunch finds its pod. */
export const SHORTEST_AFFINITY_SECONDS = 10_800;

/** A day: load evens out, and every platform accepts it. */
export const LONGEST_AFFINITY_SECONDS = 86_400;

/** Keep-alive towards a balancer that keeps connections for 600 s: Google's own recommendation. */
export const KEEP_ALIVE_SECONDS = 620;

/** How long a client that is turned away waits before it asks again: long enough for a balancer to have heard, short enough not to be noticed. */
export const RETRY_AFTER_SECONDS = 5;

/** How long a proxy waits for a connection to a process that is known to run. */
export const CONNECT_SECONDS = 10;

/** How long a proxy waits for a slow reader to take the next bytes. */
export const SEND_SECONDS = 300;

/** What Kubernetes gives a pod that names no grace period. @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination */
export const DEFAULT_GRACE_SECONDS = 30;

/** nginx's own `keepalive_timeout`. @see https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout */
export const NGINX_KEEP_ALIVE_SECONDS = 75;

/** What a container that failed its liveness probe is left at the least: long enough to write a last line, short enough that a frozen process is soon replaced. */
export const JUDGED_DEAD_SECONDS = 10;

/** What a sidecar needs between the end of the application and its own: nginx has nothing left to wait for then, and only closes. */
export const SIDECAR_STOP_SECONDS = 5;

/** What the kubelet leaves a container between its stop signal and its end, even where the grace period is used up. @see https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/kuberuntime_container.go */
export const LEAST_STOP_SECONDS = 2;
