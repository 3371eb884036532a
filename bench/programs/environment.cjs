const { production } = require('../../dist/stacks/production');

/** The environment of production as another system, without what watches it: the baselines serve connections, and none of them has dashboards. */
exports.environment = ({ name, host, replicas, size }) => {
  const { monitors: _monitors, ...watched } = production;
  const { edge } = watched;
  const { metricsPort: _metricsPort, ...server } = watched.server;
  return {
    ...watched,
    name,
    namespace: name,
    server: { ...server, replicas, storage: { ...server.storage, size } },
    edge: { ...edge, host },
  };
};
