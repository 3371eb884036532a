const { ApiObject, JsonPatch } = require('cdk8s');
const kplus = require('cdk8s-plus-28');

/** The way in: Google's resources, for which cdk8s-plus has no classes, a Service and an Ingress. */
exports.addEdge = (chart, { host }, { labels, selector }) => {
  const google = (id, apiVersion, kind, name, spec) =>
    new ApiObject(chart, id, { apiVersion, kind, metadata: { name }, spec });
  google('Backend', 'cloud.google.com/v1', 'BackendConfig', 'coditect-backend-config', {
    timeoutSec: 86400,
    connectionDraining: { drainingTimeoutSec: 80 },
    sessionAffinity: { affinityType: 'CLIENT_IP', affinityCookieTtlSec: 0 },
    healthCheck: {
      type: 'HTTP',
      requestPath: '/health',
      checkIntervalSec: 15,
      timeoutSec: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 5,
    },
    logging: { enable: true, sampleRate: 1 },
    cdn: { enabled: false },
  });
  google('Frontend', 'networking.gke.io/v1beta1', 'FrontendConfig', 'coditect-frontend-config', {
    redirectToHttps: { enabled: true, responseCodeName: 'MOVED_PERMANENTLY_DEFAULT' },
    sslPolicy: 'coditect-ssl-policy',
  });
  google('Certificate', 'networking.gke.io/v1', 'ManagedCertificate', 'coditect-production-certificate', {
    domains: [host],
  });
  const service = new kplus.Service(chart, 'Service', {
    metadata: {
      name: 'coditect-combined-service',
      labels,
      annotations: {
        'cloud.google.com/neg': '{"ingress":true}',
        'cloud.google.com/backend-config': '{"default":"coditect-backend-config"}',
        'cloud.google.com/app-protocols': '{"http":"HTTP"}',
      },
    },
    selector,
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: kplus.Protocol.TCP }],
  });
  ApiObject.of(service).addJsonPatch(
    JsonPatch.add('/spec/internalTrafficPolicy', 'Cluster'),
    JsonPatch.add('/spec/sessionAffinity', 'ClientIP'),
    JsonPatch.add('/spec/sessionAffinityConfig', { clientIP: { timeoutSeconds: 10800 } }),
  );
  new kplus.Ingress(chart, 'Ingress', {
    metadata: {
      name: 'coditect-production-ingress',
      annotations: {
        'cloud.google.com/websocket-max-idle-timeout': '86400',
        'kubernetes.io/ingress.allow-http': 'true',
        'kubernetes.io/ingress.class': 'gce',
        'kubernetes.io/ingress.global-static-ip-name': 'coditect-production-address',
        'networking.gke.io/managed-certificates': 'coditect-production-certificate',
        'networking.gke.io/v1beta1.FrontendConfig': 'coditect-frontend-config',
      },
    },
    rules: [{ host, path: '/', backend: kplus.IngressBackend.fromService(service) }],
  });
};
