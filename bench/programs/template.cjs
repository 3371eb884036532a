/** The objects of one system as a person would write them who has no library: a template with holes. Its output must equal ours, byte for byte. */
exports.template = ({ name, host, replicas, size }, { conf, hash, timing }) => [
  {
    file: `00-namespace.${name}.yaml`,
    object: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        labels: {
          'pod-security.kubernetes.io/audit': 'restricted',
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        },
        name: name,
      },
    },
  },
  {
    file: '10-configmap.coditect-combined-nginx.yaml',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coditect-combined-nginx', namespace: name },
      data: { 'nginx.conf': conf },
    },
  },
  {
    file: '10-serviceaccount.coditect-combined.yaml',
    object: {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { labels: { app: 'coditect-combined' }, name: 'coditect-combined', namespace: name },
      automountServiceAccountToken: false,
    },
  },
  {
    file: '20-networkpolicy.coditect-combined.yaml',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'coditect-combined', namespace: name },
      spec: {
        egress: [
          {
            ports: [
              { port: 53, protocol: 'UDP' },
              { port: 53, protocol: 'TCP' },
            ],
            to: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                podSelector: {
                  matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns', 'node-local-dns'] }],
                },
              },
              { ipBlock: { cidr: '169.254.20.10/32' } },
              { ipBlock: { cidr: '169.254.169.254/32' } },
            ],
          },
          { to: [{ podSelector: {} }] },
          {
            ports: [{ port: 443, protocol: 'TCP' }],
            to: [
              {
                ipBlock: {
                  cidr: '0.0.0.0/0',
                  except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'],
                },
              },
            ],
          },
        ],
        ingress: [
          {
            from: [
              { ipBlock: { cidr: '130.211.0.0/22' } },
              { ipBlock: { cidr: '35.191.0.0/16' } },
              { podSelector: {} },
            ],
            ports: [{ port: 8080, protocol: 'TCP' }],
          },
        ],
        podSelector: { matchLabels: { app: 'coditect-combined' } },
        policyTypes: ['Ingress', 'Egress'],
      },
    },
  },
  {
    file: '20-poddisruptionbudget.coditect-combined.yaml',
    object: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'coditect-combined', namespace: name },
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: { app: 'coditect-combined' } },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    },
  },
  {
    file: '30-backendconfig.coditect-backend-config.yaml',
    object: {
      apiVersion: 'cloud.google.com/v1',
      kind: 'BackendConfig',
      metadata: { name: 'coditect-backend-config', namespace: name },
      spec: {
        cdn: { enabled: false },
        connectionDraining: { drainingTimeoutSec: 80 },
        healthCheck: {
          checkIntervalSec: 15,
          healthyThreshold: 2,
          requestPath: '/health',
          timeoutSec: 5,
          type: 'HTTP',
          unhealthyThreshold: 5,
        },
        logging: { enable: true, sampleRate: 1 },
        sessionAffinity: { affinityCookieTtlSec: 0, affinityType: 'CLIENT_IP' },
        timeoutSec: 86400,
      },
    },
  },
  {
    file: '30-frontendconfig.coditect-frontend-config.yaml',
    object: {
      apiVersion: 'networking.gke.io/v1beta1',
      kind: 'FrontendConfig',
      metadata: { name: 'coditect-frontend-config', namespace: name },
      spec: {
        redirectToHttps: { enabled: true, responseCodeName: 'MOVED_PERMANENTLY_DEFAULT' },
        sslPolicy: 'coditect-ssl-policy',
      },
    },
  },
  {
    file: '30-managedcertificate.coditect-production-certificate.yaml',
    object: {
      apiVersion: 'networking.gke.io/v1',
      kind: 'ManagedCertificate',
      metadata: { name: 'coditect-production-certificate', namespace: name },
      spec: { domains: [host] },
    },
  },
  {
    file: '40-service.coditect-combined-headless.yaml',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { labels: { app: 'coditect-combined' }, name: 'coditect-combined-headless', namespace: name },
      spec: {
        clusterIP: 'None',
        ports: [{ name: 'http', port: 8080, protocol: 'TCP', targetPort: 8080 }],
        publishNotReadyAddresses: true,
        selector: { app: 'coditect-combined' },
      },
    },
  },
  {
    file: '40-service.coditect-combined-service.yaml',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        annotations: {
          'cloud.google.com/app-protocols': '{"http":"HTTP"}',
          'cloud.google.com/backend-config': '{"default":"coditect-backend-config"}',
          'cloud.google.com/neg': '{"ingress":true}',
        },
        labels: { app: 'coditect-combined' },
        name: 'coditect-combined-service',
        namespace: name,
      },
      spec: {
        internalTrafficPolicy: 'Cluster',
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
        selector: { app: 'coditect-combined' },
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
        type: 'ClusterIP',
      },
    },
  },
  {
    file: '50-ingress.coditect-production-ingress.yaml',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        annotations: {
          'cloud.google.com/websocket-max-idle-timeout': '86400',
          'kubernetes.io/ingress.allow-http': 'true',
          'kubernetes.io/ingress.class': 'gce',
          'kubernetes.io/ingress.global-static-ip-name': 'coditect-production-address',
          'networking.gke.io/managed-certificates': 'coditect-production-certificate',
          'networking.gke.io/v1beta1.FrontendConfig': 'coditect-frontend-config',
        },
        name: 'coditect-production-ingress',
        namespace: name,
      },
      spec: {
        rules: [
          {
            host: host,
            http: {
              paths: [
                {
                  backend: { service: { name: 'coditect-combined-service', port: { number: 80 } } },
                  path: '/',
                  pathType: 'Prefix',
                },
              ],
            },
          },
        ],
      },
    },
  },
  {
    file: '70-statefulset.coditect-combined.yaml',
    object: {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: {
        annotations: { 'holdfast/timing': timing },
        labels: { app: 'coditect-combined' },
        name: 'coditect-combined',
        namespace: name,
      },
      spec: {
        minReadySeconds: 30,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        podManagementPolicy: 'OrderedReady',
        replicas: replicas,
        revisionHistoryLimit: 10,
        selector: { matchLabels: { app: 'coditect-combined' } },
        serviceName: 'coditect-combined-headless',
        template: {
          metadata: {
            annotations: {
              'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
              'holdfast/config-hash': hash,
              'kubectl.kubernetes.io/default-container': 'coditect-combined',
            },
            labels: { app: 'coditect-combined' },
          },
          spec: {
            automountServiceAccountToken: false,
            containers: [
              {
                env: [
                  { name: 'NODE_ENV', value: 'production' },
                  { name: 'PORT', value: '3000' },
                  { name: 'SOCKET_HEARTBEAT_INTERVAL_MS', value: '30000' },
                  { name: 'SOCKET_HEARTBEAT_GRACE_MS', value: '60000' },
                  { name: 'SOCKET_PRESENCE_TTL_MS', value: '91000' },
                  { name: 'SOCKET_REPLAY_TTL_MS', value: '300000' },
                  { name: 'SOCKET_DRAIN_MS', value: '50000' },
                  { name: 'SOCKET_SHUTDOWN_MS', value: '10000' },
                  { name: 'HTTP_KEEP_ALIVE_MS', value: '620000' },
                ],
                image: 'coditect-combined:1.0.0',
                imagePullPolicy: 'IfNotPresent',
                lifecycle: { preStop: { exec: { command: ['sleep', '30'] } } },
                livenessProbe: {
                  failureThreshold: 3,
                  httpGet: { path: '/', port: 3000, scheme: 'HTTP' },
                  initialDelaySeconds: 30,
                  periodSeconds: 10,
                  successThreshold: 1,
                  terminationGracePeriodSeconds: 10,
                  timeoutSeconds: 5,
                },
                name: 'coditect-combined',
                ports: [{ containerPort: 3000, name: 'app', protocol: 'TCP' }],
                readinessProbe: {
                  failureThreshold: 2,
                  httpGet: { path: '/', port: 3000, scheme: 'HTTP' },
                  initialDelaySeconds: 10,
                  periodSeconds: 5,
                  successThreshold: 1,
                  timeoutSeconds: 3,
                },
                resources: {
                  limits: { 'ephemeral-storage': '1Gi', memory: '2Gi' },
                  requests: { cpu: '500m', 'ephemeral-storage': '1Gi', memory: '1Gi' },
                },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ['ALL'] },
                  privileged: false,
                  readOnlyRootFilesystem: true,
                  runAsGroup: 1000,
                  runAsNonRoot: true,
                  runAsUser: 1000,
                  seccompProfile: { type: 'RuntimeDefault' },
                },
                startupProbe: {
                  failureThreshold: 12,
                  httpGet: { path: '/', port: 3000, scheme: 'HTTP' },
                  periodSeconds: 5,
                  successThreshold: 1,
                  terminationGracePeriodSeconds: 10,
                  timeoutSeconds: 3,
                },
                volumeMounts: [
                  { mountPath: '/tmp', name: 'tmp' },
                  { mountPath: '/home/theia', name: 'workspace' },
                ],
              },
            ],
            enableServiceLinks: false,
            initContainers: [
              {
                command: [
                  '/bin/sh',
                  '-c',
                  "rm -rf /tmp/drain /tmp/drain.conf && exec nginx -c /etc/nginx/holdfast/nginx.conf -g 'daemon off;'",
                ],
                image: 'nginxinc/nginx-unprivileged:1.30.4-alpine',
                imagePullPolicy: 'IfNotPresent',
                lifecycle: {
                  preStop: {
                    exec: {
                      command: [
                        '/bin/sh',
                        '-c',
                        `sleep 30; touch /tmp/drain && echo 'keepalive_timeout 0;' >/tmp/drain.conf && kill -HUP "$(cat /tmp/nginx.pid)"`,
                      ],
                    },
                  },
                },
                livenessProbe: {
                  failureThreshold: 3,
                  httpGet: { path: '/health', port: 8080, scheme: 'HTTP' },
                  initialDelaySeconds: 30,
                  periodSeconds: 10,
                  successThreshold: 1,
                  terminationGracePeriodSeconds: 10,
                  timeoutSeconds: 5,
                },
                name: 'nginx',
                ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
                readinessProbe: {
                  failureThreshold: 2,
                  httpGet: { path: '/ready', port: 8080, scheme: 'HTTP' },
                  initialDelaySeconds: 10,
                  periodSeconds: 5,
                  successThreshold: 1,
                  timeoutSeconds: 3,
                },
                resources: {
                  limits: { 'ephemeral-storage': '256Mi', memory: '256Mi' },
                  requests: { cpu: '50m', 'ephemeral-storage': '256Mi', memory: '64Mi' },
                },
                restartPolicy: 'Always',
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ['ALL'] },
                  privileged: false,
                  readOnlyRootFilesystem: true,
                  runAsGroup: 101,
                  runAsNonRoot: true,
                  runAsUser: 101,
                  seccompProfile: { type: 'RuntimeDefault' },
                },
                startupProbe: {
                  failureThreshold: 12,
                  httpGet: { path: '/health', port: 8080, scheme: 'HTTP' },
                  periodSeconds: 5,
                  successThreshold: 1,
                  terminationGracePeriodSeconds: 10,
                  timeoutSeconds: 3,
                },
                volumeMounts: [
                  {
                    mountPath: '/etc/nginx/holdfast/nginx.conf',
                    name: 'nginx-config',
                    readOnly: true,
                    subPath: 'nginx.conf',
                  },
                  { mountPath: '/tmp', name: 'nginx-tmp' },
                ],
              },
            ],
            restartPolicy: 'Always',
            securityContext: {
              fsGroup: 1000,
              fsGroupChangePolicy: 'OnRootMismatch',
              runAsNonRoot: true,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            serviceAccountName: 'coditect-combined',
            terminationGracePeriodSeconds: 120,
            topologySpreadConstraints: [
              {
                labelSelector: { matchLabels: { app: 'coditect-combined' } },
                maxSkew: 1,
                topologyKey: 'topology.kubernetes.io/zone',
                whenUnsatisfiable: 'ScheduleAnyway',
              },
              {
                labelSelector: { matchLabels: { app: 'coditect-combined' } },
                maxSkew: 1,
                topologyKey: 'kubernetes.io/hostname',
                whenUnsatisfiable: 'ScheduleAnyway',
              },
            ],
            volumes: [
              { emptyDir: { sizeLimit: '1Gi' }, name: 'tmp' },
              { configMap: { defaultMode: 292, name: 'coditect-combined-nginx' }, name: 'nginx-config' },
              { emptyDir: { sizeLimit: '16Mi' }, name: 'nginx-tmp' },
            ],
          },
        },
        updateStrategy: { rollingUpdate: { partition: 0 }, type: 'RollingUpdate' },
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { labels: { app: 'coditect-combined' }, name: 'workspace' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: size } },
              storageClassName: 'standard-rwo',
              volumeMode: 'Filesystem',
            },
            status: { phase: 'Pending' },
          },
        ],
      },
    },
  },
];
