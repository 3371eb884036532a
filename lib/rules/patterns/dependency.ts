const DEPENDENCY =
  /(^|[/\-_.])(database|db|redis|postgres(ql)?|mysql|mongo(db)?|kafka|rabbitmq|deep|dependencies)([/\-_.?]|$)/i;
/** Programs that ask a server of somebody else. */
const CLIENT =
  /(?:^|[\s/;&|(])(redis-cli|pg_isready|psql|mysqladmin|mysql|mongo(?:sh)?|kafka-topics(?:\.sh)?|rabbitmqctl|rabbitmq-diagnostics)(?=[\s;&|)]|$)/;

/** Does a path look as if somebody else had to answer? */
export function namesDependency(path: string): boolean {
  return DEPENDENCY.test(path);
}

/** The client of a dependency that a command runs. */
export function clientIn(command: string): string | undefined {
  return CLIENT.exec(command)?.[1];
}
