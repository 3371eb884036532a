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

/**
 * How long the headers of a request may take that comes to a pod, in seconds. A connection on which they stop half-way is counted by nothing and takes a place that health checks need: all of them have to be gone before
 * a liveness probe has failed three times.
 */
export const HEADER_SECONDS = 10;

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

/** How long the cluster autoscaler waits for the pods of a node that it removes, whatever they ask for. @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md */
export const CLUSTER_AUTOSCALER_SECONDS = 600;

/** The wait before a stop that is too short and the one to propose, where nobody said how long a balancer takes: five seconds were measured to be too few behind an Ingress. */
export const PRE_STOP_SECONDS = Object.freeze({ least: 10, proposed: 30 });

/** The same with network endpoint groups: what the detach takes in good times, and Google's own recipe. @see https://docs.cloud.google.com/kubernetes-engine/docs/troubleshooting/load-balancing#500-series-errors */
export const GOOGLE_PRE_STOP_SECONDS = Object.freeze({ least: 30, proposed: 120 });

/** What a grace period holds after preStop where nobody says more: the default drain of 50 s, 10 s for the application and 30 s to spare. */
export const AFTER_PRE_STOP_SECONDS = 90;

/**
 * How long a proxy keeps an idle connection to the application. Node closes one that was idle for 5 s; the proxy has to let go first: a POST sent into a connection
 * that is just being closed is lost, and may not be repeated.
 *
 * @see https://nodejs.org/api/http.html#serverkeepalivetimeout
 */
export const UPSTREAM_IDLE_SECONDS = 4;

/**
 * How long a server may take to accept a connection where there are others: within one cluster an answer takes milliseconds. TCP sends a first packet that was lost again after a second: whoever
 * waits no longer takes one lost packet for a dead server, and hands a session to another, which does not know it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6298#section-2
 */
export const FAILOVER_CONNECT_SECONDS = 1.5;

/** When a proxy stops trying others. Longer than all attempts, and shorter than any wait for an answer: a poll that was held for the whole idle timeout is not repeated. */
export const FAILOVER_SECONDS = 10;

/** The documented limit for ordinary requests, between two reads or two writes. */
export const API_SECONDS = 60;

/** How long a new pod must stay ready before the rollout goes on: time for its first clients to show that they stay. */
export const MIN_READY_SECONDS = 30;

/** After this long without a pod that became ready, a rollout counts as failed: Kubernetes' own. @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds */
export const PROGRESS_DEADLINE_SECONDS = 600;

/** How long the metric must stay low before the first pod is removed: a lunch break is not a reason to move everybody. */
export const SCALE_DOWN_STABILIZATION_SECONDS = 1800;

/** How often pods may be doubled. */
export const SCALE_UP_SECONDS = 60;

/** The longest period that a scaling policy accepts. @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
export const LONGEST_POLICY_PERIOD_SECONDS = 1800;

/** What a probe has that says nothing. @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes */
export const DEFAULT_PROBE = Object.freeze({ periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 });

/** The documented health check of a balancer. */
export const HEALTH_CHECK = Object.freeze({ checkIntervalSeconds: 15, timeoutSeconds: 5 });

/** For how long a proxy without affinity goes past a server that failed. */
export const MEMORY_SECONDS = 5;

/** The documented patience of a proxy with a client that is slow to send its headers or its body. */
export const CLIENT_SECONDS = 60;

/** No request takes that long: who lets a proxy wait for ten minutes waits for a connection. */
export const NO_REQUEST_SECONDS = 600;

/** A synthetic check: how often it is made, which is the documented interval, and when it is given up; ten seconds are its own, the rest is what an image and a webhook take. */
export const SYNTHETIC_CHECK = Object.freeze({ everyMinutes: 5, deadlineSeconds: 120 });
