import type { DatabaseCheck } from './message-log';

/** An answer to a health check. */
export interface Answer {
  readonly status: 200 | 503;
  readonly body: object;
}

function summary(check: DatabaseCheck) {
  const successful = check.errors.length === 0;
  return {
    overall: successful ? 'healthy' : 'unhealthy',
    database: successful ? 'connected' : 'disconnected',
    operationsSuccessful: successful,
  };
}

/** `GET /health`: can this process do its work, database included. For readiness and monitoring; liveness asks `/live`. */
export function health(check: DatabaseCheck, environment: string): Answer {
  const timestamp = new Date().toISOString();
  if (check.errors.length > 0) {
    return {
      status: 503,
      body: { status: 'error', timestamp, database: { ...summary(check), errors: check.errors } },
    };
  }
  const { rss, heapUsed, heapTotal } = process.memoryUsage();
  return {
    status: 200,
    body: {
      status: 'ok',
      timestamp,
      environment,
      uptime: process.uptime(),
      memory: { rss, heapUsed, heapTotal },
      version: process.version,
      database: summary(check),
    },
  };
}

/** `GET /health/database`: the database alone, in detail. */
export function databaseHealth(check: DatabaseCheck): Answer {
  const { overall, database, operationsSuccessful } = summary(check);
  return {
    status: operationsSuccessful ? 200 : 503,
    body: {
      timestamp: new Date().toISOString(),
      connection: { status: database, latency: `${check.latencyMs}ms` },
      operations: { success: operationsSuccessful, operations: check.operations, errors: check.errors },
      summary: {
        overall,
        database,
        operationsSuccessful,
        totalOperations: check.operations.length,
        errors: check.errors.length,
      },
    },
  };
}
