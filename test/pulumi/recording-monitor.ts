import * as grpc from '@grpc/grpc-js';
import * as engineServices from '@pulumi/pulumi/proto/engine_grpc_pb';
import * as engine from '@pulumi/pulumi/proto/engine_pb';
import * as services from '@pulumi/pulumi/proto/resource_grpc_pb';
import * as messages from '@pulumi/pulumi/proto/resource_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { type JavaScriptValue, Struct } from 'google-protobuf/google/protobuf/struct_pb';

/** How Pulumi's protocol writes a value that is not known before the deployment. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** The key and the value by which Pulumi's protocol marks a secret. */
const SIGNATURE_KEY = '4dabf18193072939515e22adb298388d';
const SECRET_SIGNATURE = '1b47061264138c4ac30d75fd1eb44270';

type Json = Record<string, unknown>;

/** One resource as the program registered it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly provider: string;
  readonly protect: boolean;
  readonly dependsOn: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly timeouts: Json | undefined;
  readonly secretOutputs: readonly string[];
  /** The resource whose deletion deletes this one. */
  readonly deletedWith: string;
  /** The other types and names under which it may stand in the state. */
  readonly aliases: readonly string[];
  /** Whether it may go before its successor is there; undefined where the provider decides. */
  readonly deleteBeforeReplace: boolean | undefined;
  /** Secrets as `{ secret: value }`, what is not known yet as `<unknown>`. */
  readonly inputs: Json;
}

/** Everything a program did. */
export interface Recording {
  readonly resources: Registration[];
  outputs: Json;
  readonly log: string[];
}

/** What a provider would answer besides the inputs, by type; in a preview all of it is unknown. */
export type Computed = (type: string, inputs: Json, urn: string) => Json;

/** A resource monitor and engine in one, that deploys nothing and remembers everything: the side of Pulumi that a program talks to. */
export class RecordingMonitor {
  readonly recording: Recording = { resources: [], outputs: {}, log: [] };
  private readonly server = new grpc.Server();

  constructor(
    private readonly preview: boolean,
    private readonly computed: Computed,
    /** The outputs of the stack's last deployment. */
    private readonly before: Json = {},
  ) {
    this.server.addService(services.ResourceMonitorService as grpc.ServiceDefinition, {
      supportsFeature: unary((request: messages.SupportsFeatureRequest) => {
        const response = new messages.SupportsFeatureResponse();
        response.setHassupport(
          ['secrets', 'resourceReferences', 'deletedWith', 'aliasSpecs'].includes(request.getId()),
        );
        return response;
      }),
      registerResource: unary((request: messages.RegisterResourceRequest) => this.register(request)),
      registerResourceOutputs: unary((request: messages.RegisterResourceOutputsRequest) => {
        if (request.getUrn().includes('::pulumi:pulumi:Stack::'))
          this.recording.outputs = readable(request.getOutputs()?.toJavaScript() ?? {}) as Json;
        return new Empty();
      }),
      signalAndWaitForShutdown: unary(() => new Empty()),
      invoke: refused('invoke'),
      call: refused('call'),
      readResource: unary((request: messages.ReadResourceRequest) => this.read(request)),
    });
    let root = '';
    this.server.addService(engineServices.EngineService as grpc.ServiceDefinition, {
      log: unary((request: engine.LogRequest) => {
        if (request.getSeverity() >= engine.LogSeverity.WARNING) this.recording.log.push(request.getMessage());
        return new Empty();
      }),
      getRootResource: unary(() => {
        const response = new engine.GetRootResourceResponse();
        response.setUrn(root);
        return response;
      }),
      setRootResource: unary((request: engine.SetRootResourceRequest) => {
        root = request.getUrn();
        return new engine.SetRootResourceResponse();
      }),
    });
  }

  /** Starts to listen on a free port of this machine and says where. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }

  close(): void {
    this.server.forceShutdown();
  }

  /** The only thing that is read is the stack itself, as its last deployment left it. */
  private read(request: messages.ReadResourceRequest): messages.ReadResourceResponse {
    if (request.getType() !== 'pulumi:pulumi:StackReference') throw new Error(`${request.getType()} is not answered`);
    const response = new messages.ReadResourceResponse();
    response.setUrn(`urn:pulumi:stack::project::${request.getType()}::${request.getName()}`);
    const name = request.getId();
    const stack = { name, outputs: this.before, secretOutputNames: [] };
    response.setProperties(Struct.fromJavaScript(stack as unknown as Record<string, JavaScriptValue>));
    return response;
  }

  private register(request: messages.RegisterResourceRequest): messages.RegisterResourceResponse {
    const sent = request.getObject()?.toJavaScript() ?? {};
    const urn = `urn:pulumi:stack::project::${request.getType()}::${request.getName()}`;
    const inputs = readable(sent) as Json;
    if (request.getType() !== 'pulumi:pulumi:Stack') {
      this.recording.resources.push({
        type: request.getType(),
        name: request.getName(),
        custom: request.getCustom(),
        parent: shortened(request.getParent()),
        provider: shortened(request.getProvider() || (request.getProvidersMap().get('kubernetes') ?? '')),
        protect: request.getProtect() ?? false,
        dependsOn: request.getDependenciesList().map(shortened).sort(),
        ignoreChanges: request.getIgnorechangesList(),
        timeouts: request.getCustomtimeouts()?.toObject(),
        secretOutputs: request.getAdditionalsecretoutputsList(),
        deletedWith: shortened(request.getDeletedwith()),
        aliases: request.getAliasesList().map((alias) => alias.getSpec()?.getType() || alias.getUrn()),
        deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
        inputs,
      });
    }
    const response = new messages.RegisterResourceResponse();
    response.setUrn(urn);
    response.setResult(messages.Result.SUCCESS);
    if (request.getCustom()) {
      const computed = this.computed(request.getType(), inputs, urn);
      response.setId(this.preview ? '' : String(computed.id ?? `${request.getName()}-id`));
      const known = this.preview ? Object.fromEntries(Object.keys(computed).map((key) => [key, UNKNOWN])) : computed;
      response.setObject(Struct.fromJavaScript({ ...sent, ...known } as Record<string, JavaScriptValue>));
    }
    return response;
  }
}

function unary<Request, Response>(answer: (request: Request) => Response): grpc.handleUnaryCall<Request, Response> {
  return (call, done) => {
    try {
      done(null, answer(call.request));
    } catch (error) {
      done({ code: grpc.status.INTERNAL, message: String(error) });
    }
  };
}

/** The program needs nothing that only a cloud or a cluster could answer. */
function refused(method: string): grpc.handleUnaryCall<unknown, unknown> {
  return (_call, done) =>
    done({ code: grpc.status.UNIMPLEMENTED, message: `${method} is not answered by the recorder` });
}

/** The type and the name in a URN. */
function shortened(urn: string): string {
  const [, , type = '', name = ''] = urn.split('::');
  return type === '' || type === 'pulumi:pulumi:Stack' ? '' : `${type} ${name}`;
}

function readable(value: unknown): unknown {
  if (value === UNKNOWN) return '<unknown>';
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Json;
  if (fields[SIGNATURE_KEY] === SECRET_SIGNATURE) return { secret: readable(fields.value) };
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((key) => [key, readable(fields[key])]),
  );
}
