import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as grpc from '@grpc/grpc-js';
import * as services from '@pulumi/pulumi/proto/language_grpc_pb';
import * as messages from '@pulumi/pulumi/proto/language_pb';
import { PackageDependency, PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { serve, unary } from './serving';

/** What Pulumi's runner answers when it has said itself what is wrong. */
const MESSAGE_LOGGED = 32;

/** The address of the engine: the one argument that is not an option. */
const engine = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? '';

/**
 * Runs programs for the engine as Pulumi's own host for Node does: the same runner of the SDK, with the arguments, the environment and the meaning of the exit
 * codes that it has there. The engine cannot tell the difference.
 */
function run(request: messages.RunRequest): Promise<messages.RunResponse> {
  const info = request.getInfo() as messages.ProgramInfo;
  const options = (info.getOptions()?.toJavaScript() ?? {}) as { nodeargs?: string; typescript?: boolean };
  const runner = require.resolve('@pulumi/pulumi/cmd/run', { paths: [info.getProgramDirectory()] });
  const child = spawn(
    process.execPath,
    [
      ...(options.nodeargs === undefined ? [] : options.nodeargs.split(' ')),
      runner,
      ...['--monitor', request.getMonitorAddress(), '--engine', engine],
      ...[
        '--organization',
        request.getOrganization(),
        '--project',
        request.getProject(),
        '--stack',
        request.getStack(),
      ],
      ...['--root-directory', info.getRootDirectory(), '--pwd', info.getProgramDirectory()],
      ...(request.getDryrun() ? ['--dry-run'] : []),
      ...['--parallel', String(request.getParallel())],
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    {
      cwd: request.getPwd(),
      // The first line of this process's output is its address, and the engine shows whatever follows.
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PULUMI_NODEJS_TYPESCRIPT: String(options.typescript ?? true),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
    },
  );
  const end = () => child.kill();
  process.on('exit', end);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      process.off('exit', end);
      const response = new messages.RunResponse();
      if (code === MESSAGE_LOGGED) response.setBail(true);
      else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code}`);
      resolve(response);
    });
  });
}

/** The plugins that the program's packages say they need. */
function required(request: messages.GetRequiredPackagesRequest): messages.GetRequiredPackagesResponse {
  const response = new messages.GetRequiredPackagesResponse();
  const folder = path.join(request.getInfo()?.getRootDirectory() ?? '', 'node_modules', '@pulumi');
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    const file = path.join(folder, name, 'package.json');
    if (!fs.existsSync(file)) continue;
    const { version, pulumi } = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (pulumi?.resource !== true) continue;
    const dependency = new PackageDependency();
    dependency.setName(pulumi.name ?? name);
    dependency.setKind('resource');
    dependency.setVersion(`v${version}`);
    response.addPackages(dependency);
  }
  return response;
}

serve((server) => {
  server.addService(services.LanguageRuntimeService as grpc.ServiceDefinition, {
    handshake: unary(() => new messages.LanguageHandshakeResponse()),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion('0.0.0');
      return info;
    }),
    getRequiredPackages: unary(required),
    run: unary(run),
    about: unary(() => new messages.AboutResponse()),
    cancel: unary(() => new Empty()),
  });
});
