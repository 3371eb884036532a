import * as grpc from '@grpc/grpc-js';

/** What a plugin answers to a call, at once or later. */
export type Answer<Request, Response> = (request: Request) => Response | Promise<Response>;

/** An error with the details that Pulumi reads from it. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly metadata?: grpc.Metadata,
  ) {
    super(message);
  }
}

export function unary<Request, Response>(answer: Answer<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return async (call, done) => {
    try {
      done(null, await answer(call.request));
    } catch (error) {
      const { message, stack } = error as Error;
      const refused = error instanceof Refusal;
      done({
        code: grpc.status.UNKNOWN,
        // A mistake of a stand-in must not look like an answer of what it stands for.
        message: refused ? message : `stand-in failed: ${stack ?? message}`,
        ...(refused && error.metadata !== undefined ? { metadata: error.metadata } : {}),
      });
    }
  };
}

/** How often a plugin looks whether its engine is still there. */
const LOOK_MILLISECONDS = 500;

/** Starts a plugin the way the engine expects: on a free port of this machine, which is the first line it prints. It ends with its engine. */
export function serve(add: (server: grpc.Server) => void): void {
  // What the engine sends in one message has no limit there, either.
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  add(server);
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    console.log(port);
  });
  const engine = process.ppid;
  setInterval(() => {
    // An engine that was killed tells nobody, and what it started would listen for ever.
    if (engine === 1 || process.ppid !== engine) process.exit();
  }, LOOK_MILLISECONDS);
}
