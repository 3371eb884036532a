const kplus = require('cdk8s-plus-28');

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'];

/** Who may reach the pods, whom they may reach, and how many may be missing. */
exports.addPolicies = (chart, name, labels, selector) => {
  const range = (id, cidr, except) => kplus.NetworkPolicyIpBlock.ipv4(chart, id, cidr, except);
  const http = [kplus.NetworkPolicyPort.tcp(8080)];
  const dns = [kplus.NetworkPolicyPort.udp(53), kplus.NetworkPolicyPort.tcp(53)];
  const resolvers = kplus.Pods.select(chart, 'Resolvers', {
    namespaces: kplus.Namespaces.select(chart, 'System', { labels: { 'kubernetes.io/metadata.name': 'kube-system' } }),
    expressions: [kplus.LabelExpression.in('k8s-app', ['kube-dns', 'node-local-dns'])],
  });
  const here = kplus.Pods.all(chart, 'Here');
  new kplus.NetworkPolicy(chart, 'Policy', {
    metadata: { name },
    selector,
    ingress: {
      default: kplus.NetworkPolicyTrafficDefault.DENY,
      rules: [
        { peer: range('Frontends', '130.211.0.0/22'), ports: http },
        { peer: range('Checkers', '35.191.0.0/16'), ports: http },
        { peer: here, ports: http },
      ],
    },
    egress: {
      default: kplus.NetworkPolicyTrafficDefault.DENY,
      rules: [
        { peer: resolvers, ports: dns },
        { peer: range('NodeLocalDns', '169.254.20.10/32'), ports: dns },
        { peer: range('CloudDns', '169.254.169.254/32'), ports: dns },
        { peer: here },
        { peer: range('Internet', '0.0.0.0/0', PRIVATE), ports: [kplus.NetworkPolicyPort.tcp(443)] },
      ],
    },
  });
  new kplus.k8s.KubePodDisruptionBudget(chart, 'Budget', {
    metadata: { name },
    spec: {
      maxUnavailable: kplus.k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: labels },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
};
