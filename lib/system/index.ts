/**
 * What manifests say is there, as facts, before anybody judges: where connections enter and which controller takes them, the way from a route to the process,
 * its heartbeat and where that is known from, how it drains, how it is asked for its health.
 */
export * from './backend-binding';
export * from './backend-config';
export * from './claims';
export * from './disruption';
export * from './entrance';
export * from './entrances';
export * from './evidence';
export * from './expressions';
export * from './heartbeat';
export * from './nginx-text';
export * from './observed';
export * from './platforms/all';
export * from './platforms/platform';
export * from './pod';
export * from './pre-stop';
export * from './probe';
export * from './route';
export * from './scaling';
export * from './sentences';
export * from './servers/all';
export * from './servers/protocols';
export * from './servers/server';
export * from './settings';
export * from './shutdown';
export * from './thread/listening';
export * from './thread/step';
export * from './thread/thread';
