const { production } = require('../../dist/stacks/production');

/** The environment of production as another system. */
exports.environment = ({ name, host, replicas, size }) => {
  const { server, edge } = production;
  return {
    ...production,
    name,
    namespace: name,
    server: { ...server, replicas, storage: { ...server.storage, size } },
    edge: { ...edge, host },
  };
};
