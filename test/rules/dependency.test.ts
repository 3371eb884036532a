import { clientIn, namesDependency } from '../../lib/rules/patterns/dependency';

test.each<[path: string, names: boolean]>([
  ['/health/database', true],
  ['/db', true],
  ['/health-db', true],
  ['/health_redis', true],
  ['/redis.json', true],
  ['/postgres', true],
  ['/postgresql/', true],
  ['/mysql?full=1', true],
  ['/mongo', true],
  ['/mongodb', true],
  ['/KAFKA', true],
  ['/rabbitmq', true],
  ['/health/deep', true],
  ['/dependencies', true],
  ['db', true],
  ['/health', false],
  ['/dbs', false],
  ['/mydb', false],
  ['/deeper', false],
  ['/redisson', false],
])('path %s names a dependency: %s', (path, names) => {
  expect(namesDependency(path)).toBe(names);
});

test.each<[command: string, client: string | undefined]>([
  ['redis-cli ping', 'redis-cli'],
  ['sh -c /usr/bin/pg_isready', 'pg_isready'],
  ['true;psql -c 1', 'psql'],
  ['true&&mysqladmin ping', 'mysqladmin'],
  ['x|mysql', 'mysql'],
  ['(mongosh)', 'mongosh'],
  ['pg_isready||exit 1', 'pg_isready'],
  ['psql;true', 'psql'],
  ['mysql&', 'mysql'],
  ['(mongosh --quiet)', 'mongosh'],
  ['mongo --quiet', 'mongo'],
  ['kafka-topics --list', 'kafka-topics'],
  ['kafka-topics.sh --list', 'kafka-topics.sh'],
  ['kafka-topicsXsh --list', undefined],
  ['rabbitmqctl status', 'rabbitmqctl'],
  ['rabbitmq-diagnostics ping', 'rabbitmq-diagnostics'],
  ['my-redis-cli ping', undefined],
  ['redis-client ping', undefined],
  ['cat /tmp/alive', undefined],
  ['', undefined],
])('command "%s" asks with client %s', (command, client) => {
  expect(clientIn(command)).toBe(client);
});
