/** What Kubernetes would export of pods, in the words of its own exporters: since when which are deleted, and which are gone. */
export function kubernetesMetrics(
  names: readonly string[],
  deleted: ReadonlyMap<string, number>,
  gone: ReadonlySet<string>,
): string {
  const lines = names
    .filter((pod) => !gone.has(pod))
    .flatMap((pod, i) => {
      const labels = `namespace="shop",pod="${pod}"`;
      const deletion = deleted.get(pod);
      const probes = Math.floor(Date.now() / 1000);
      return [
        `kube_pod_status_ready{condition="true",${labels}} ${deletion === undefined ? 1 : 0}`,
        ...(deletion === undefined ? [] : [`kube_pod_deletion_timestamp{${labels}} ${deletion}`]),
        `kube_pod_container_status_last_terminated_exitcode{container="chat",${labels}} ${i === 2 ? 0 : 137}`,
        `prober_probe_total{probe_type="Readiness",result="successful",${labels}} ${probes}`,
        `prober_probe_total{probe_type="Readiness",result="failed",${labels}} ${Math.floor(probes / 1000)}`,
        `container_cpu_cfs_periods_total{container="chat",${labels}} ${probes * 10}`,
        `container_cpu_cfs_throttled_periods_total{container="chat",${labels}} ${probes}`,
      ];
    });
  const autoscaler = 'namespace="shop",horizontalpodautoscaler="chat"';
  const replicas = [
    `kube_horizontalpodautoscaler_status_desired_replicas{${autoscaler}} ${names.length}`,
    `kube_horizontalpodautoscaler_status_current_replicas{${autoscaler}} ${names.length - gone.size}`,
    `kube_horizontalpodautoscaler_spec_max_replicas{${autoscaler}} ${2 * names.length}`,
  ];
  return `${[...lines, ...replicas].join('\n')}\n`;
}
