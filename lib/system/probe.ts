import { type FieldPath, mappingOf, numberOf, textOf } from '../manifest/field';
import type { Manifest } from '../manifest/manifest';
import { DEFAULT_PROBE } from '../timing/fixed';
import { type ContainerAt, containersOf } from './pod';

export type ProbeName = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

const PROBES: readonly ProbeName[] = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** A probe of a container, with Kubernetes' defaults filled in. */
export interface ProbeAt {
  readonly name: ProbeName;
  readonly workload: Manifest;
  readonly container: ContainerAt;
  readonly path: FieldPath;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
  /** What is asked by HTTP; `undefined` for probes of other kinds. */
  readonly httpPath: string | undefined;
  /** The port that is asked, by number or name, with the place where it stands; `undefined` for probes that run something. */
  readonly port: number | string | undefined;
  readonly portPath: FieldPath;
  /** What is run; empty for probes of other kinds. */
  readonly command: string;
}

/** Every probe of a workload. */
export function probesOf(workload: Manifest): readonly ProbeAt[] {
  return containersOf(workload).flatMap((container) =>
    PROBES.flatMap((name) => {
      if (container.value[name] === undefined || container.value[name] === null) return [];
      const probe = mappingOf(container.value[name]);
      const number = (field: keyof typeof DEFAULT_PROBE) => numberOf(probe[field]) ?? DEFAULT_PROBE[field];
      const command = mappingOf(probe.exec).command;
      const asks = (['httpGet', 'tcpSocket', 'grpc'] as const).find((field) => probe[field] !== undefined);
      const port = asks === undefined ? undefined : mappingOf(probe[asks]).port;
      return [
        {
          name,
          workload,
          container,
          path: [...container.path, name],
          periodSeconds: number('periodSeconds'),
          timeoutSeconds: number('timeoutSeconds'),
          failureThreshold: number('failureThreshold'),
          httpPath: probe.httpGet === undefined ? undefined : (textOf(mappingOf(probe.httpGet).path) ?? '/'),
          port: numberOf(port) ?? textOf(port),
          portPath: [...container.path, name, asks ?? 'exec', 'port'],
          command: Array.isArray(command) ? command.join(' ') : '',
        },
      ];
    }),
  );
}

/** Is this the Socket.IO or Engine.IO endpoint? Each request there opens a session. */
export function isSocketIoPath(path: string): boolean {
  return /(^|[/\s"'])(socket\.io|engine\.io)([/?\s"']|$)/.test(path) || /[?&]EIO=\d/.test(path);
}
