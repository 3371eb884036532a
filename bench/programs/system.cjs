/** One system after the other: the IDE of production under a name, in a namespace, on a host, with a size and a number of pods of its own. */
exports.systems = function* (count) {
  for (let i = 0; i < count; i++) {
    const name = `ide-${String(i).padStart(4, '0')}`;
    yield { name, host: `${name}.example.com`, replicas: 2 + (i % 3), size: `${10 * (1 + (i % 4))}Gi` };
  }
};
