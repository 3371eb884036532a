import * as fs from 'node:fs';

/** One thing that the engine did or would do. */
export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** The fields that differ. */
  readonly diffs: readonly string[];
}

/** What the engine did and what it said. */
export interface Events {
  /** Everything but what stayed as it was, as `operation type name`, sorted: what is independent has no order. */
  readonly steps: readonly string[];
  /** The same, as the engine began them. */
  readonly began: readonly Step[];
  readonly failed: readonly string[];
  /** Errors and warnings. */
  readonly said: readonly string[];
}

interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
  readonly resOpFailedEvent?: { readonly metadata: Metadata };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly diffs?: readonly string[] | null;
}

/** Reads what the engine wrote down of a run. */
export function eventsIn(log: string): Events {
  const lines = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\n') : [];
  const events = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as EngineEvent);
  const began = events.flatMap(({ resourcePreEvent }) =>
    resourcePreEvent === undefined || ['same', 'read', 'refresh'].includes(resourcePreEvent.metadata.op)
      ? []
      : [stepOf(resourcePreEvent.metadata)],
  );
  // What a refresh finds is known only after it looked.
  const refreshed = new Set(
    events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent?.metadata.op === 'refresh' ? [resourcePreEvent.metadata.urn] : [],
    ),
  );
  const found = events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent !== undefined &&
    refreshed.has(resOutputsEvent.metadata.urn) &&
    ['update', 'delete'].includes(resOutputsEvent.metadata.op)
      ? [
          `found ${resOutputsEvent.metadata.op} ${resOutputsEvent.metadata.type} ${nameIn(resOutputsEvent.metadata.urn)}`,
        ]
      : [],
  );
  return {
    began,
    steps: [...began.map(({ op, type, name }) => `${op} ${type} ${name}`), ...found].sort(),
    failed: events.flatMap(({ resOpFailedEvent }) =>
      resOpFailedEvent === undefined
        ? []
        : [`${resOpFailedEvent.metadata.op} ${nameIn(resOpFailedEvent.metadata.urn)}`],
    ),
    said: events.flatMap(({ diagnosticEvent }) =>
      diagnosticEvent !== undefined && ['error', 'warning'].includes(diagnosticEvent.severity)
        ? [diagnosticEvent.message.replaceAll(/<\{%.*?%\}>/g, '').trim()]
        : [],
    ),
  };
}

function stepOf({ op, urn, type, diffs }: Metadata): Step {
  return { op, type, name: nameIn(urn), diffs: diffs ?? [] };
}

export function nameIn(urn: string): string {
  return urn.split('::').slice(3).join('::');
}
