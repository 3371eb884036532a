/** After all suites. */
export default function teardown(): void {
  (globalThis as { clusterTeardown?: () => void }).clusterTeardown?.();
}
