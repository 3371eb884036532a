import * as grpc from '@grpc/grpc-js';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as services from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as messages from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { type Json, read, written } from './properties';
import { Refusal, serve, unary } from './serving';

/** The resource that a call is about. */
export interface Subject {
  readonly urn: string;
  /** Such as `kubernetes:core/v1:Service`. */
  readonly type: string;
  readonly name: string;
}

export interface Difference {
  /** Where inputs differ. */
  readonly paths: readonly string[];
  /** Which of them cannot be changed in place. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace?: boolean;
}

/** What a provider does, without the protocol around it. Values that are not known yet are {@link UNKNOWN}. */
export interface Provider {
  /** That of the SDK whose provider this stands for. */
  readonly version: string;
  readonly configure: (settings: Json) => void;
  readonly diffConfig: (before: Json, after: Json) => Difference;
  /** Fills defaults in and says what is wrong; `before` is undefined for what is new or replaced. */
  readonly check: (
    subject: Subject,
    inputs: Json,
    before: Json | undefined,
    seed: string,
  ) => { readonly inputs: Json; readonly failures: readonly string[] };
  readonly diff: (subject: Subject, before: Json, after: Json, ignored: readonly string[]) => Difference;
  readonly create: (subject: Subject, inputs: Json) => Promise<{ readonly id: string; readonly state: Json }>;
  readonly update: (subject: Subject, id: string, before: Json, after: Json) => Promise<Json>;
  readonly read: (
    subject: Subject,
    id: string,
    inputs: Json,
  ) => { readonly inputs: Json; readonly state: Json } | undefined;
  readonly remove: (subject: Subject, id: string, inputs: Json) => Promise<void>;
}

/** It was made or changed, and does not work. Pulumi keeps it in the state and says why. */
export class NotReady extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly inputs: Json,
    readonly state: Json,
  ) {
    super(message);
  }
}

/** Speaks the protocol of resource providers for one. */
export function serveProvider(provider: Provider): void {
  serve((server) => {
    server.addService(services.ResourceProviderService as grpc.ServiceDefinition, {
      handshake: unary(() => new messages.ProviderHandshakeResponse()),
      getPluginInfo: unary(() => {
        const info = new PluginInfo();
        info.setVersion(provider.version);
        return info;
      }),
      getSchema: unary(() => new messages.GetSchemaResponse()),
      checkConfig: unary((request: messages.CheckRequest) => {
        const response = new messages.CheckResponse();
        response.setInputs(request.getNews());
        return response;
      }),
      diffConfig: unary((request: messages.DiffRequest) =>
        differing(provider.diffConfig(read(request.getOldInputs() ?? request.getOlds()), read(request.getNews()))),
      ),
      configure: unary((request: messages.ConfigureRequest) => {
        provider.configure(read(request.getArgs()));
        const response = new messages.ConfigureResponse();
        response.setSupportspreview(true);
        return response;
      }),
      check: unary((request: messages.CheckRequest) => {
        const before = request.hasOlds() ? read(request.getOlds()) : undefined;
        const seed = Buffer.from(request.getRandomseed_asU8()).toString('hex');
        const { inputs, failures } = provider.check(subjectOf(request), read(request.getNews()), before, seed);
        const response = new messages.CheckResponse();
        response.setInputs(written(inputs));
        for (const reason of failures) {
          const failure = new messages.CheckFailure();
          failure.setReason(reason);
          response.addFailures(failure);
        }
        return response;
      }),
      diff: unary((request: messages.DiffRequest) =>
        differing(
          provider.diff(
            subjectOf(request),
            read(request.getOldInputs()),
            read(request.getNews()),
            request.getIgnorechangesList(),
          ),
        ),
      ),
      create: unary(async (request: messages.CreateRequest) => {
        const response = new messages.CreateResponse();
        if (request.getPreview()) {
          response.setProperties(request.getProperties());
          return response;
        }
        const { id, state } = await partly(() => provider.create(subjectOf(request), read(request.getProperties())));
        response.setId(id);
        response.setProperties(written(state));
        return response;
      }),
      update: unary(async (request: messages.UpdateRequest) => {
        const response = new messages.UpdateResponse();
        const after = read(request.getNews());
        response.setProperties(
          request.getPreview()
            ? written({ ...read(request.getOlds()), ...after })
            : written(
                await partly(() =>
                  provider.update(subjectOf(request), request.getId(), read(request.getOldInputs()), after),
                ),
              ),
        );
        return response;
      }),
      read: unary((request: messages.ReadRequest) => {
        const found = provider.read(subjectOf(request), request.getId(), read(request.getInputs()));
        const response = new messages.ReadResponse();
        if (found === undefined) return response;
        response.setId(request.getId());
        response.setInputs(written(found.inputs));
        response.setProperties(written(found.state));
        return response;
      }),
      delete: unary(async (request: messages.DeleteRequest) => {
        const inputs = request.hasOldInputs() ? read(request.getOldInputs()) : read(request.getProperties());
        await provider.remove(subjectOf(request), request.getId(), inputs);
        return new Empty();
      }),
      cancel: unary(() => new Empty()),
    });
  });
}

function subjectOf(request: { getUrn(): string }): Subject {
  const urn = request.getUrn();
  const [, , types = '', ...name] = urn.split('::');
  return { urn, type: types.split('$').pop() as string, name: name.join('::') };
}

function differing({ paths, replaces, deleteBeforeReplace }: Difference): messages.DiffResponse {
  const response = new messages.DiffResponse();
  response.setChanges(
    paths.length === 0 ? messages.DiffResponse.DiffChanges.DIFF_NONE : messages.DiffResponse.DiffChanges.DIFF_SOME,
  );
  response.setDiffsList([...new Set(paths.map((path) => path.split('.')[0] as string))]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteBeforeReplace === true);
  response.setHasdetaileddiff(true);
  for (const path of paths) {
    const difference = new messages.PropertyDiff();
    const { UPDATE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
    difference.setKind(replaces.includes(path) ? UPDATE_REPLACE : UPDATE);
    difference.setInputdiff(true);
    response.getDetaileddiffMap().set(path, difference);
  }
  return response;
}

/** What was made although it is not ready travels with the error. */
async function partly<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const detail = new messages.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setInputs(written(error.inputs) as Struct);
    detail.setProperties(written(error.state) as Struct);
    detail.setReasonsList([error.message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(error.message);
    status.addDetails(packed);
    const metadata = new grpc.Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
    throw new Refusal(error.message, metadata);
  }
}
